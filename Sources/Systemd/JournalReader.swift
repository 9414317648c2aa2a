internal import CSystemd
internal import Glibc
public import SystemPackage

/// Reads entries of the journal, through libsystemd.
///
/// A position moves over the entries that match. sd_journal_open(3), sd_journal_next(3).
/// For programs that may wait for a disk: every call may read files. Not for the dispatcher.
public final class JournalReader {
  private let journal: OpaquePointer

  private init(_ journal: OpaquePointer) { self.journal = journal }

  deinit { wg_sd_journal_close(journal) }

  /// Opens this machine's journal, or the files in a folder; the position is nowhere yet.
  ///
  /// ENOSYS: there is no libsystemd. Files that this process may not read are passed over without a
  /// word; `JournalFiles` tells of them. The files are opened close-on-exec.
  public static func open(folder: FilePath? = nil) throws(Errno) -> JournalReader {
    var journal: OpaquePointer?
    let opened =
      folder?.withPlatformString { wg_sd_journal_open(&journal, $0) }
      ?? wg_sd_journal_open(&journal, nil)
    try check(opened)
    guard let journal else { throw .noMemory }
    return JournalReader(journal)
  }

  /// Lets only entries through that have this field with this value.
  ///
  /// Several values of one field are alternatives; several fields must all match.
  public func match(_ field: String, _ value: String) throws(Errno) {
    let text = "\(field)=\(value)"
    try Self.check(wg_sd_journal_add_match(journal, text, text.utf8.count))
  }

  /// Goes behind the last entry: `previous` then finds it, `next` what comes later.
  public func seekTail() throws(Errno) {
    try Self.check(wg_sd_journal_seek_tail(journal))
  }

  /// Goes to an entry: `next` then finds it.
  public func seek(to cursor: String) throws(Errno) {
    try Self.check(wg_sd_journal_seek_cursor(journal, cursor))
  }

  /// Goes to the next entry; false when there is none.
  public func next() throws(Errno) -> Bool { try Self.check(wg_sd_journal_next(journal)) > 0 }

  /// Goes to the entry before; false when there is none.
  public func previous() throws(Errno) -> Bool {
    try Self.check(wg_sd_journal_previous(journal)) > 0
  }

  /// Waits for new entries, or for other changes of the files; blocks.
  ///
  /// May return without a new entry. sd_journal_wait(3).
  public func wait() throws(Errno) {
    let result = wg_sd_journal_wait(journal, UInt64.max)
    if result != -EINTR { try Self.check(result) }
  }

  @discardableResult
  private static func check(_ result: Int32) throws(Errno) -> Int32 {
    if result < 0 { throw Errno(rawValue: -result) }
    return result
  }
}

extension JournalReader {
  /// The value of a field of the entry at the position; nil when it has none.
  ///
  /// Of a field that comes more than once, the first. Bytes that are not UTF-8 are replaced. At most
  /// 64 KiB: longer ones are cut. sd_journal_get_data(3).
  public func value(_ field: String) -> String? {
    var data: UnsafeRawPointer?
    var size = 0
    guard wg_sd_journal_get_data(journal, field, &data, &size) == 0, let data else { return nil }
    // NAME=value; valid until the next call.
    let bytes = UnsafeRawBufferPointer(start: data, count: size).dropFirst(field.utf8.count + 1)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// When the journal received the entry at the position: nanoseconds since 1970.
  public var time: Int64? {
    var microseconds: UInt64 = 0
    guard wg_sd_journal_get_realtime_usec(journal, &microseconds) >= 0 else { return nil }
    return Int64(clamping: microseconds).multipliedReportingOverflow(by: 1000).partialValue
  }

  /// A name of the entry at the position, good for ever.
  public var cursor: String? {
    var text: UnsafeMutablePointer<CChar>?
    guard wg_sd_journal_get_cursor(journal, &text) >= 0, let text else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}
