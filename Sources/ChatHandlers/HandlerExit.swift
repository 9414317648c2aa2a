/// How a handler ends: its exit status, and what it says about it on standard error.
///
/// The statuses are those of sysexits(3), so that a dispatcher can tell what went wrong.
struct HandlerExit: Error, Equatable, Sendable {
  enum Status: Int32, Sendable {
    case success = 0
    /// Arguments or environment are not what the handler contract says.
    case usage = 64
    /// The chat's folder is not there.
    case noInput = 66
    /// The program cannot be started.
    case unavailable = 69
    /// The program ended, or does not behave, before it answered.
    case program = 70
    /// The kernel refused something.
    case system = 71
    /// The chat's files cannot be read or written.
    case files = 74
  }

  let status: Status
  /// One line or more for a person; nil when there is nothing to say.
  let reason: String?

  init(_ status: Status, _ reason: String? = nil) {
    self.status = status
    self.reason = reason
  }

  static let success = HandlerExit(.success)
}
