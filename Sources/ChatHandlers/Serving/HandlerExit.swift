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
    /// The program cannot be started, or a library is missing.
    case unavailable = 69
    /// The program ended, or does not behave, before it answered.
    case program = 70
    /// The kernel refused something.
    case system = 71
    /// Another run of the chat has taken this one's place.
    case replaced = 73
    /// The chat's files cannot be read or written.
    case files = 74
    /// It may work later: an endpoint that is down or busy.
    case later = 75
    /// What answers does not speak the language that was expected.
    case dialect = 76
    /// Not permitted: a key or a login is missing, wrong or expired.
    case permission = 77
    /// What the chat was told to use does not exist.
    case settings = 78
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
