internal import CSystemd
internal import Glibc
public import LinuxSystem
public import SystemPackage

/// A stream whose lines become entries of the journal.
///
/// sd_journal_stream_fd(3).
public enum JournalStream {
  /// A descriptor to write lines to, close-on-exec; the caller's to close.
  ///
  /// Each line becomes an entry with this SYSLOG_IDENTIFIER, priority 6 (info), attributed to the
  /// process that writes it. A `<3>` at the beginning of a line is text: nobody's output is to pass
  /// for an error of the system.
  ///
  /// ENOENT, ECONNREFUSED: there is no journal. ENOSYS: there is no libsystemd. May block when 4096
  /// other connections wait for a journal that does not accept them (somaxconn). Writing blocks
  /// while the journal does not read and its buffer of some megabytes is full.
  public static func open(identifier: String) throws(Errno) -> Descriptor {
    let number = wg_sd_journal_stream_fd(identifier, LOG_INFO)
    guard number >= 0 else { throw Errno(rawValue: -number) }
    return Descriptor(owning: number)
  }

  /// Whether this process's standard error is a stream of the journal.
  ///
  /// Whoever started it says so in JOURNAL_STREAM, as device and inode, and the descriptor may have
  /// been replaced since. systemd.exec(5).
  public static func isStandardError(
    variable: String? = CurrentProcess.variable("JOURNAL_STREAM")
  ) -> Bool {
    guard let variable, let status = StandardStreams.status(of: .error) else { return false }
    return variable == "\(status.device):\(status.inode)"
  }
}
