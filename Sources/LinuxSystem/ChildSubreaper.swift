internal import CLinuxShims
public import SystemPackage

/// Makes orphans among this process's descendants its children instead of init's.
public enum ChildSubreaper {
  /// From now on, also after an exec.
  ///
  /// `PR_SET_CHILD_SUBREAPER`.
  public static func enable() throws(Errno) {
    try systemCall { wg_become_subreaper() }
  }
}

/// Children by number, for those that were adopted and have no descriptor.
public enum ChildReaper {
  /// Some child that has ended, left a zombie; nil when none has.
  ///
  /// ECHILD: there are no children.
  ///
  /// The same child is named again until it is reaped. `waitid(2)` with P_ALL and WNOWAIT.
  public static func peekAny() throws(Errno) -> (pid: Int32, status: ExitStatus)? {
    var exit = wg_child_exit()
    try systemCall { wg_wait(WG_WAIT_ANY, 0, 1, &exit) }
    return exit.pid == 0 ? nil : (exit.pid, ExitStatus(exit))
  }

  /// How this child ended, freeing its number; nil while it runs.
  ///
  /// ECHILD: no child has the number.
  public static func reap(_ pid: Int32) throws(Errno) -> ExitStatus? {
    guard pid > 0 else { throw .noChildProcess }
    var exit = wg_child_exit()
    try systemCall { wg_wait(WG_WAIT_PID, pid, 0, &exit) }
    return exit.pid == 0 ? nil : ExitStatus(exit)
  }

  /// Reaps every child that has ended; false when there are no children any more.
  ///
  /// `isReaped` is asked about each first, and says whether somebody who waits for that child has
  /// just reaped it.
  public static func reapAll(_ isReaped: (Int32) -> Bool) -> Bool {
    do throws(Errno) {
      while let child = try peekAny() {
        if !isReaped(child.pid) { _ = try reap(child.pid) }
      }
      return true
    } catch {
      return false
    }
  }
}
