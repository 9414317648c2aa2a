public import JSONLines

/// The answer to one request: `{"ok":true,…}` or `{"ok":false,"error":…,"code":…}`.
public struct ControlResponse: Equatable, Sendable {
  /// Nil when the request was carried out.
  public let failure: ControlError?
  /// The other members, beside `ok` and those of the failure.
  ///
  /// A failure may have some: a purge that left a survivor still says what it did.
  public let payload: JSONObject

  /// Carried out.
  public static func ok(_ payload: JSONObject = JSONObject()) -> ControlResponse {
    ControlResponse(failure: nil, payload: payload)
  }

  /// Not, or not wholly, carried out.
  public static func failed(
    _ failure: ControlError, payload: JSONObject = JSONObject()
  ) -> ControlResponse {
    ControlResponse(failure: failure, payload: payload)
  }

  /// The whole answer as one object, `ok` first.
  public var json: JSONValue {
    var object = JSONObject()
    object["ok"] = .bool(failure == nil)
    failure?.write(to: &object)
    for member in payload.members where !Self.reserved.contains(member.key) {
      object[member.key] = member.value
    }
    return .object(object)
  }

  private static let reserved = ["ok", "error", "code", "hint"]

  /// Reads an answer; what is not an object with a boolean `ok` is `badData`.
  public init(_ json: JSONValue) throws(ControlError) {
    guard let object = json.object, let ok = object["ok"]?.bool else {
      throw ControlError(.badData, "the dispatcher's answer is not an object with \"ok\"")
    }
    var payload = object
    for key in Self.reserved { payload[key] = nil }
    self.init(failure: ok ? nil : ControlError(reading: object), payload: payload)
  }

  private init(failure: ControlError?, payload: JSONObject) {
    self.failure = failure
    self.payload = payload
  }
}
