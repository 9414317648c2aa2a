internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// A process by a descriptor that never means another one, however numbers are reused.
///
/// `pidfd_open(2)`.
///
/// Readable, in an event loop, when the process has ended; a child is then still to be reaped.
public final class ProcessDescriptor {
  /// The number the process has or had.
  ///
  /// For messages; signals go through the descriptor.
  public let pid: Int32
  /// Close-on-exec; owned by this object.
  public let descriptor: Descriptor
  private var isReaped = false

  init(pid: Int32, owning number: Int32) {
    self.pid = pid
    descriptor = Descriptor(owning: number)
  }

  /// Takes over the descriptor of a process that had this number when it was opened.
  public init(pid: Int32, adopting descriptor: Descriptor) {
    self.pid = pid
    self.descriptor = descriptor
  }

  /// The same, of a descriptor that came from somebody else; EBADF when it is none of a process.
  ///
  /// `pid` is believed while the process lives and the kernel cannot tell (before Linux 6.13), and of one
  /// that has been reaped; ESRCH when the descriptor is another process's.
  public init(checking descriptor: Descriptor, pid: Int32) throws(Errno) {
    self.pid = pid
    self.descriptor = descriptor
    do throws(Errno) {
      // Not through `systemCall`: that it is something else is not this program's mistake.
      try systemCallOnce { wg_pidfd_send_signal(descriptor.rawValue, 0) }
    } catch {
      if error == .noSuchProcess { return }
      if error != .notPermitted { throw .badFileDescriptor }
    }
    var present = pid
    if (try? systemCall { wg_pidfd_process(descriptor.rawValue, &present) }) != nil, present != pid
    {
      throw .noSuchProcess
    }
  }

  /// The process that has this number now; ESRCH when there is none.
  ///
  /// Between learning the number and this call it may have passed to another process: compare
  /// `ProcessIdentity` afterwards where that matters.
  public static func open(_ pid: Int32) throws(Errno) -> ProcessDescriptor {
    guard pid > 0 else { throw .noSuchProcess }
    return ProcessDescriptor(pid: pid, owning: try systemCall { wg_pidfd_open(pid) })
  }

  /// Sends a signal to the process; ESRCH when it has been reaped.
  ///
  /// `pidfd_send_signal(2)`.
  public func signal(_ signal: Signal) throws(Errno) {
    try systemCall { wg_pidfd_send_signal(descriptor.rawValue, signal.rawValue) }
  }

  /// Sends a signal to every member of the group that this process leads or led; ESRCH when there
  /// is none.
  ///
  /// Through the descriptor from Linux 6.9 on: safe even after the leader was reaped. Before that
  /// by number, which is only safe while the leader is not reaped: a zombie keeps its number, so
  /// signal the group first and reap last. After `reap` older kernels get ESRCH from here.
  public func signalGroup(_ signal: Signal) throws(Errno) {
    do throws(Errno) {
      try systemCall { wg_pidfd_signal_group(descriptor.rawValue, signal.rawValue) }
    } catch {
      guard error == .invalidArgument else { throw error }
      try signalGroupByNumber(signal)
    }
  }

  package func signalGroupByNumber(_ signal: Signal) throws(Errno) {
    if isReaped { throw .noSuchProcess }
    try systemCall { kill(-pid, signal.rawValue) }
  }

  /// Whether no process is left in the group that this one leads or led; a zombie that is not
  /// reaped counts as a member.
  public var isGroupEmpty: Bool {
    do throws(Errno) {
      try signalGroup(Signal(rawValue: 0))
      return false
    } catch {
      return error == .noSuchProcess
    }
  }

  /// Whether the kernel says, asked through the descriptor, that no process is left in the group
  /// that this one leads or led: no number that was reused can be meant.
  ///
  /// False also where it cannot be asked: before Linux 6.9.
  public var isGroupProvenEmpty: Bool {
    do throws(Errno) {
      try systemCall { wg_pidfd_signal_group(descriptor.rawValue, 0) }
      return false
    } catch {
      return error == .noSuchProcess
    }
  }

  /// Whether the process has not ended; a zombie has ended.
  ///
  /// `poll(2)`, never blocks.
  public var isAlive: Bool {
    (try? descriptor.wait(for: .readable, until: .now)) != true
  }
}

extension ProcessDescriptor {
  /// How the child ended, leaving it a zombie; nil while it runs.
  ///
  /// ECHILD when it is no child of this process or was reaped already. `waitid(2)` with WNOWAIT.
  public func peekExit() throws(Errno) -> ExitStatus? {
    try wait(keep: true)
  }

  /// How the child ended, freeing its number; nil while it runs.
  ///
  /// Never blocks.
  ///
  /// ECHILD when it is no child of this process or was reaped already. `waitid(2)`.
  public func reap() throws(Errno) -> ExitStatus? {
    let status = try wait(keep: false)
    if status != nil { isReaped = true }
    return status
  }

  private func wait(keep: Bool) throws(Errno) -> ExitStatus? {
    var exit = wg_child_exit()
    try systemCall { wg_wait(WG_WAIT_PIDFD, descriptor.rawValue, keep ? 1 : 0, &exit) }
    return exit.pid == 0 ? nil : ExitStatus(exit)
  }

  /// How the process ended, whoever its parent is, once that parent has reaped it.
  ///
  /// Nil while that has not happened, and always before Linux 6.15. `PIDFD_GET_INFO`.
  public func exitInformation() -> ExitStatus? {
    var status: Int32 = 0
    guard wg_pidfd_exit_status(descriptor.rawValue, &status) == 0 else { return nil }
    return ExitStatus(waitStatus: status)
  }
}
