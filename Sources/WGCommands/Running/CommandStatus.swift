internal import ControlProtocol
internal import LinuxSystem

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

  /// What a program of ours meant that ended so.
  static func code(of exit: ExitStatus?) -> ControlError.Code {
    ControlError.Code.allCases.first { exit == .exited(of($0)) } ?? .failed
  }
}
