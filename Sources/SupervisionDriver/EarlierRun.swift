public import LinuxSystem
public import SupervisionCore

/// A run that an earlier supervisor left, as it is found when supervision begins.
public enum EarlierRun {
  /// It lives, and holds the child's lock.
  case alive(ProcessDescriptor)
  /// It ended while nobody supervised, and somebody who stayed knows how: the parent that it had in
  /// the end, or the kernel, through a descriptor that was kept.
  ///
  /// The status reaches the core as that of any exit, and what the leader left behind is found by
  /// its number, which it had when it was a leader. The descriptor, where there is one, proves in
  /// addition that its group is empty.
  case ended(pid: Int32, SupervisionCore.ExitStatus, ProcessDescriptor? = nil)

  /// The leader's number.
  public var pid: Int32 {
    switch self {
    case .alive(let process): process.pid
    case .ended(let pid, _, _): pid
    }
  }

  var isAlive: Bool {
    switch self {
    case .alive: true
    case .ended: false
    }
  }
}

extension SupervisionCore.ExitStatus {
  /// As the kernel told it; nil when nobody did.
  public init(_ status: LinuxSystem.ExitStatus?) {
    switch status {
    case .exited(let code): self = .exited(code)
    case .signaled(let signal, _): self = .signaled(signal.rawValue)
    case nil: self = .unknown
    }
  }
}
