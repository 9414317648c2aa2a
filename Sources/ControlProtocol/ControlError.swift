internal import JSONLines

/// Why a request was not carried out, as it goes over the control socket.
public struct ControlError: Error, Equatable, Sendable {
  /// What kind of failure it is; scripts branch on this, people read the message.
  public enum Code: String, CaseIterable, Sendable {
    /// The request is not one that this version knows, or lacks something.
    case usage
    /// Something that was read is damaged or not JSON.
    case badData = "bad_data"
    /// There is no such chat, project or file.
    case notFound = "not_found"
    /// It needs the dispatcher, and none runs.
    case notRunning = "not_running"
    /// Locked or not done in time; the same request may succeed later.
    case tryAgain = "try_again"
    case notPermitted = "not_permitted"
    case failed
  }

  public let code: Code
  /// One line without a full stop at its end.
  public let message: String
  /// What the person can do about it.
  public let hint: String?

  public init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}

extension ControlError {
  /// The members `error`, `code` and, where there is one, `hint`.
  func write(to object: inout JSONObject) {
    object["error"] = .text(message)
    object["code"] = .text(code.rawValue)
    if let hint { object["hint"] = .text(hint) }
  }

  /// Reads the members of an answer that is not ok.
  ///
  /// An unknown code counts as `failed`, so that a newer dispatcher can be understood.
  init(reading object: JSONObject) {
    code = object["code"]?.string.flatMap(Code.init) ?? .failed
    message = object["error"]?.string ?? "the dispatcher refused without a reason"
    hint = object["hint"]?.string
  }
}
