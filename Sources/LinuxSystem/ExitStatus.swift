internal import CLinuxShims
internal import Glibc

/// How a process ended.
public enum ExitStatus: Hashable, Sendable {
  /// It returned from main or called exit; 0 to 255.
  case exited(Int32)
  case signaled(Signal, coreDumped: Bool)

  /// Whether it ended by itself with status 0.
  public var isSuccess: Bool { self == .exited(0) }

  init(_ child: wg_child_exit) {
    switch child.code {
    case Int32(CLD_EXITED): self = .exited(child.status)
    case let code:
      self = .signaled(Signal(rawValue: child.status), coreDumped: code == Int32(CLD_DUMPED))
    }
  }

  /// From the number that wait(2) fills in.
  init(waitStatus status: Int32) {
    let signal = status & 0x7f
    if signal == 0 {
      self = .exited((status >> 8) & 0xff)
    } else {
      self = .signaled(Signal(rawValue: signal), coreDumped: status & 0x80 != 0)
    }
  }
}

extension ExitStatus: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exited(let code): "exited with status \(code)"
    case .signaled(let signal, let coreDumped):
      "killed by \(signal)" + (coreDumped ? ", core dumped" : "")
    }
  }
}
