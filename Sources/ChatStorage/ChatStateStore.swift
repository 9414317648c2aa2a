public import JSONLines
public import LinuxSystem
internal import SystemPackage

/// Desired state and crash history: a file for each chat, in `service/chats`.
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
    let path = layout.chatState(chat)
    do throws(StorageError) {
      return try JSONFile.read(path).map { ChatRecord($0) } ?? ChatRecord()
    } catch {
      guard error.kind == .badData else { throw error }
      report(Problem(file: path, line: error.line, reason: "\(error.reason); taken as new"))
      return ChatRecord()
    }
  }

  /// The records of all chats that have one.
  public func all() throws(StorageError) -> [ChatID: ChatRecord] {
    var all: [ChatID: ChatRecord] = [:]
    for chat in try DurableFolder.chats(in: layout.chatStates, prefix: "chat-") {
      all[chat] = try read(chat)
    }
    return all
  }

  /// Replaces the record of a chat; on the disk when it returns.
  ///
  /// One writer is assumed: the dispatcher, or whoever holds its lock.
  public func write(_ chat: ChatID, _ record: ChatRecord) throws(StorageError) {
    try write([(chat, record)])
  }

  /// Replaces the records of several chats; on the disk together when it returns, if they are to be
  /// durable.
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

  /// Removes the record of a chat that was deleted; false when there was none.
  @discardableResult
  public func remove(_ chat: ChatID) throws(StorageError) -> Bool {
    let path = layout.chatState(chat)
    return try StorageError.about(path) { () throws(Errno) in try AtomicFile.remove(path) }
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
}
