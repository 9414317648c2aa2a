internal import Glibc
public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// `service/chats/journal.jsonl`: records of chats whose files are not written yet, a row for each change.
///
/// To replace a file costs a name, a rename and a sync; a row costs one write(2). So what may wait is noted
/// here, where it survives this process, and goes to the files later. Nothing here is synced: a power cut
/// loses what is in no file yet. One writer is assumed: the dispatcher.
public final class ChatStateJournal {
  private let path: FilePath
  /// Bytes that it may have.
  private let limit: Int64
  private var file: Descriptor?
  private var size: Int64 = 0
  /// Rows of an earlier dispatcher are in it, which are to be settled and not cleared.
  public private(set) var hasOthers = false

  /// Touches no file.
  public init(_ layout: ProjectLayout, limit: Int64 = 1 << 20) {
    path = layout.chatStateJournal
    self.limit = limit
  }

  /// Appends a row for each record; they survive this process when it returns.
  ///
  /// Throws `noSpace` when it has grown too large as well. Then, or when anything fails, no row is there.
  public func append(_ records: [(chat: ChatID, record: ChatRecord)]) throws(StorageError) {
    let bytes = records.flatMap { JournalRow(chat: $0.chat, record: $0.record).line }
    let file = try opened()
    if size + Int64(bytes.count) > limit { throw StorageError(.noSpace, path) }
    do throws(Errno) {
      try file.writeAll(bytes)
      size += Int64(bytes.count)
    } catch {
      // A torn row that stays is passed over by every reader, and the next one must not touch it.
      if (try? file.truncate(to: size)) == nil { self.file = nil }
      throw StorageError(error, path)
    }
  }

  /// All that was appended is in the chats' files.
  ///
  /// What others have left stays.
  public func clear() {
    // What cannot be removed now is looked at again as if another had left it.
    if !hasOthers { try? file?.truncate(to: 0) }
    file = nil
    hasOthers = false
  }

  private func opened() throws(StorageError) -> Descriptor {
    if let file { return file }
    let opened = try RegularFile.openForAppending(path)
    size = try StorageError.about(path) { () throws(Errno) in
      let size = try opened.status().size
      hasOthers = size > 0
      if !hasOthers { return 0 }
      if try opened.read(at: size - 1, count: 1) == [0x0A] { return size }
      // Whoever wrote here before has died within a row.
      try opened.writeAll([0x0A])
      return size + 1
    }
    file = opened
    return opened
  }
}
