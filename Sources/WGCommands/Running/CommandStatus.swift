internal import ControlProtocol

/// The exit statuses of every command; the numbers are those of sysexits.h.
enum CommandStatus {
  /// Also when there was nothing to do.
  static let done: Int32 = 0

  /// What a shell sees for a failure of this kind.
  static func of(_ code: ControlError.Code) -> Int32 {
    switch code {
    case .failed: 1
    case .usage: 64
    case .badData: 65
    case .notFound: 66
    case .notRunning: 69
    case .tryAgain: 75
    case .notPermitted: 77
    }
  }
}
