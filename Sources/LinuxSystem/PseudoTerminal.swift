internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// Both ends of a terminal that no person sits at.
///
/// `pty(7)`.
///
/// Raw: no echo, no translation of line ends, no signals from control characters, and no line
/// editing, which would cut input lines at 4095 bytes (termios(3), canonical mode).
public struct PseudoTerminal {
  /// What the program prints is read here, non-blocking; EIO once no process has the other side.
  public let master: Descriptor
  /// The program's side.
  ///
  /// Close it after the program has it, or its end will not be seen.
  public let program: Descriptor

  /// Makes a new one; ENOSPC when the system has as many as it may.
  public static func open() throws(Errno) -> PseudoTerminal {
    var ends: [Int32] = [-1, -1]
    try systemCall { ends.withUnsafeMutableBufferPointer { wg_open_terminal($0.baseAddress) } }
    return PseudoTerminal(
      master: Descriptor(owning: ends[0]), program: Descriptor(owning: ends[1]))
  }

  /// The process group in the foreground of the terminal whose master this is; nil when there is
  /// none.
  ///
  /// `tcgetpgrp(3)`.
  public static func foregroundGroup(of master: Descriptor) -> Int32? {
    let group = tcgetpgrp(master.rawValue)
    return group > 0 ? group : nil
  }

  /// Says how large the terminal is; who is in its foreground gets SIGWINCH.
  public static func resize(_ master: Descriptor, columns: Int, rows: Int) throws(Errno) {
    try systemCall {
      wg_terminal_resize(master.rawValue, Int32(clamping: columns), Int32(clamping: rows))
    }
  }

  /// Whether something that was written to the master has not been read on the other side yet.
  public static func hasUnreadInput(of master: Descriptor) throws(Errno) -> Bool {
    try systemCall { wg_terminal_has_input(master.rawValue) } == 1
  }
}
