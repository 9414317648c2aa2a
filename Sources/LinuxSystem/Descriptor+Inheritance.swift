internal import CLinuxShims
public import SystemPackage

extension Descriptor {
  /// Takes ownership of a descriptor that the program before this one in the same process left open.
  ///
  /// EBADF: no such descriptor is open. It is as it was, which is not close-on-exec.
  public convenience init(inherited number: Int32) throws(Errno) {
    // Not `systemCall`: that one is closed here is not this program's mistake.
    try systemCallOnce { wg_set_close_on_exec(number, 0) }
    self.init(owning: number)
  }

  /// Whether another program, executed in place of this one, finds it closed.
  ///
  /// `fcntl(2)`, FD_CLOEXEC.
  public func setCloseOnExec(_ closes: Bool) throws(Errno) {
    try systemCall { wg_set_close_on_exec(rawValue, closes ? 1 : 0) }
  }
}
