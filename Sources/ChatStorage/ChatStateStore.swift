public import JSONLines
public import LinuxSystem
internal import SystemPackage

/// Desired state and crash history: a file for each chat, in `service/chats`, and in the journal beside
/// them what is newer.
///
/// Reading writes nothing: a corrupt file is reported and gives the defaults. It is set aside when the
/// record is written the next time.
public struct ChatStateStore {
  private let layout: ProjectLayout
  private let report: (Problem) -> Void

  /// Touches no file.
  ///
  /// `report` is told of corrupt files.
  public init(_ layout: ProjectLayout, report: @escaping (Problem) -> Void = { _ in }) {
    self.layout = layout
    self.report = report
  }

  /// The record of a chat; the defaults when there is none.
  public func read(_ chat: ChatID) throws(StorageError) -> ChatRecord {
    // Before the file: a row that is brought to its file meanwhile is found here or there.
    let noted = try journal().records[chat]
    return newer(noted, try readFile(chat))
  }

  /// The records of all chats that have one.
  public func all() throws(StorageError) -> [ChatID: ChatRecord] {
    var all = try journal().records
    for chat in try DurableFolder.chats(in: layout.chatStates, prefix: "chat-") {
      all[chat] = newer(all[chat], try readFile(chat))
    }
    return all
  }

  /// The chats that have a row in the journal, and perhaps no file.
  public func journaled() throws(StorageError) -> [ChatID] { try journal().records.keys.sorted() }

  /// Replaces the record of a chat by a newer one; on the disk when it returns.
  ///
  /// One writer is assumed: the dispatcher, or whoever holds its lock.
  public func write(_ chat: ChatID, _ record: ChatRecord) throws(StorageError) {
    var record = record
    record.revision &+= 1
    try write([(chat, record)])
  }

  /// Replaces the records of several chats, which are to have higher revisions than those there; on the
  /// disk together when it returns, if they are to be durable.
  public func write(
    _ records: [(chat: ChatID, record: ChatRecord)],
    _ durability: AtomicFile.Durability = .durable
  ) throws(StorageError) {
    try DurableFolder.make(layout.chatStates)
    for entry in records { try setAsideIfCorrupt(entry.chat) }
    let files = records.map {
      (path: layout.chatState($0.chat), bytes: $0.record.object.encodedPretty() + [0x0A])
    }
    try StorageError.about(layout.chatStates) { () throws(Errno) in
      try AtomicFile.replaceAll(files, in: layout.chatStates, durability)
    }
  }

  /// Brings what a dispatcher has left in the journal to the chats' files, and removes the journal.
  ///
  /// One writer is assumed, as for `write`. It can be repeated after whatever broke it off.
  public func settle() throws(StorageError) {
    let path = layout.chatStateJournal
    guard let file = try openJournal() else { return }
    let journal = try JournalContents(file, path)
    var newer: [(chat: ChatID, record: ChatRecord)] = []
    for (chat, record) in journal.records where try readFile(chat).revision < record.revision {
      newer.append((chat, record))
    }
    try write(newer)
    if journal.strange.isEmpty {
      _ = try StorageError.about(path) { () throws(Errno) in try AtomicFile.remove(path) }
    } else {
      report(try JSONFile.setAside(path, because: "it has lines that are no records"))
    }
  }
}

// MARK: - Steps

extension ChatStateStore {
  private func newer(_ noted: ChatRecord?, _ written: ChatRecord) -> ChatRecord {
    guard let noted, noted.revision > written.revision else { return written }
    return noted
  }

  private func readFile(_ chat: ChatID) throws(StorageError) -> ChatRecord {
    let path = layout.chatState(chat)
    do throws(StorageError) {
      return try JSONFile.read(path).map { ChatRecord($0) } ?? ChatRecord()
    } catch {
      guard error.kind == .badData else { throw error }
      report(Problem(file: path, line: error.line, reason: "\(error.reason); taken as new"))
      return ChatRecord()
    }
  }

  private func setAsideIfCorrupt(_ chat: ChatID) throws(StorageError) {
    let path = layout.chatState(chat)
    do throws(StorageError) {
      _ = try JSONFile.read(path)
    } catch {
      guard error.kind == .badData else { throw error }
      report(try JSONFile.setAside(path, because: error.reason))
    }
  }

  private func journal() throws(StorageError) -> JournalContents {
    guard let file = try openJournal() else { return JournalContents() }
    let contents = try JournalContents(file, layout.chatStateJournal)
    if let line = contents.strange.first {
      report(
        Problem(
          file: layout.chatStateJournal, line: line.number,
          reason: "the line is no record; it was skipped"))
    }
    return contents
  }

  /// What is no file at all is reported, and counts for nothing.
  private func openJournal() throws(StorageError) -> Descriptor? {
    do throws(StorageError) {
      return try RegularFile.openForReading(layout.chatStateJournal)
    } catch {
      guard error.kind == .badData else { throw error }
      report(Problem(file: error.file, reason: error.reason))
      return nil
    }
  }
}
