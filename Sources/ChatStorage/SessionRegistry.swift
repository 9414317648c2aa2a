public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The file `chat/sessions.json`: which folder belongs to which chat.
///
/// Reading takes no lock and writes nothing; a corrupt file is an error for a reader. Changes are made
/// under our lock file, durably, and keep all members that are unknown here. Before a corrupt file is
/// written, it is set aside and reported.
public struct SessionRegistry {
  public let layout: ProjectLayout
  private let report: (Problem) -> Void

  /// Touches no file.
  ///
  /// `report` is told what was passed over or set aside.
  private let patience: Patience

  public init(
    _ layout: ProjectLayout, patience: Patience = .unlimited,
    report: @escaping (Problem) -> Void = { _ in }
  ) {
    self.layout = layout
    self.patience = patience
    self.report = report
  }

  /// All sessions as they are now; none when there is no file.
  public func load() throws(StorageError) -> Sessions {
    let sessions = Sessions(try Self.members(try document(), layout.sessions), layout.sessions)
    sessions.problems.forEach(report)
    return sessions
  }

  /// The session that a reference names.
  ///
  /// See `Sessions.resolve(_:)`.
  public func resolve(_ reference: ChatReference) throws(StorageError) -> SessionID {
    try load().resolve(reference)
  }

  /// The session of a chat, archived or not; nil when it has none.
  public func session(for chat: ChatID) throws(StorageError) -> SessionID? {
    try load().session(for: chat)
  }

  /// The session of every chat that has one, in one pass over the file.
  public func sessions() throws(StorageError) -> [ChatID: SessionID] { try load().byChat() }

  private func document() throws(StorageError) -> JSONObject {
    try JSONFile.read(layout.sessions, limit: Self.sizeLimit) ?? ["version": 1, "sessions": [:]]
  }

  /// Bytes of the file: some sixty thousand sessions.
  private static let sizeLimit: Int64 = 32 << 20

  private static func members(
    _ document: JSONObject, _ path: FilePath
  ) throws(StorageError) -> JSONObject {
    guard let members = document["sessions"]?.object else {
      throw StorageError(
        file: path, kind: .badData, reason: "it has no object called sessions; restore or remove it"
      )
    }
    return members
  }
}

// MARK: - Changing

extension SessionRegistry {
  /// Gives a chat a session and its folder; the same one each time.
  ///
  /// Waits for the lock of the registry. Durable when it returns.
  public func register(_ chat: ChatID, label: String? = nil) throws(StorageError) -> SessionID {
    try DurableFolder.make(layout.chatFolder)
    return try change { members throws(StorageError) in
      let known = Sessions(members, layout.sessions).session(for: chat)
      let session = known ?? SessionID.make()
      // Before the entry: a dispatcher that reads the registry watches the folder at once.
      try makeFolder(session)
      Self.complete(&members, session, chat, label)
      return session
    }
  }

  /// Makes the folder of a session where there is none; durable.
  public func makeFolder(_ session: SessionID) throws(StorageError) {
    try DurableFolder.make(layout.chatDirectory(session))
  }

  /// Makes the entry of a session, or adds the aliases that it lacks.
  private static func complete(
    _ members: inout JSONObject, _ session: SessionID, _ chat: ChatID, _ label: String?
  ) {
    var entry =
      members[session.text]?.object ?? [
        "kind": "coordinator", "created": .text(Timestamp.rfc3339(Clock.wall)),
      ]
    let aliases = entry["aliases"]?.array ?? []
    let missing = chat.aliases.map(JSONValue.text).filter { !aliases.contains($0) }
    if !missing.isEmpty { entry["aliases"] = .array(aliases + missing) }
    if entry["label"] == nil, let label { entry["label"] = .text(label) }
    members[session.text] = .object(entry)
  }

  /// Marks sessions as archived, as of now; those that are marked keep their time.
  ///
  /// One write for all of them. Sessions that are not registered are passed over.
  public func markArchived(_ sessions: [SessionID]) throws(StorageError) {
    let now = JSONValue.text(Timestamp.rfc3339(Clock.wall))
    try edit(sessions) { entry in
      if entry["archived_at"]?.string == nil { entry["archived_at"] = now }
    }
  }

  /// Takes the mark away, and brings back folders that the existing program moved to its archive.
  public func clearArchived(_ sessions: [SessionID]) throws(StorageError) {
    for session in sessions { try bringBackFolder(session) }
    try edit(sessions) { entry in entry["archived_at"] = nil }
  }

  private func edit(
    _ sessions: [SessionID], _ body: (inout JSONObject) -> Void
  ) throws(StorageError) {
    if try FileStatus.about(layout.sessions) == nil { return }
    try change { members in
      let names = Set(sessions.map(\.text))
      for index in members.members.indices where names.contains(members.members[index].key) {
        guard var entry = members.members[index].value.object else { continue }
        body(&entry)
        members.members[index].value = .object(entry)
      }
    }
  }

  /// An empty folder may have been made meanwhile; rename(2) replaces that, and no other.
  ///
  /// In one that is not empty may be messages that came since: the two are one conversation.
  private func bringBackFolder(_ session: SessionID) throws(StorageError) {
    let archived = layout.archivedChatDirectory(session)
    guard try FileStatus.about(archived)?.kind == .directory else { return }
    let directory = layout.chatDirectory(session)
    do throws(Errno) {
      try AtomicFile.rename(archived, to: directory)
      try AtomicFile.synchronizeDirectory(layout.chatFolder)
    } catch {
      guard [.directoryNotEmpty, .fileExists].contains(error) else {
        throw StorageError(error, archived)
      }
      try FolderMerge(source: archived, target: directory, name: "archive", patience: patience)
        .run()
    }
  }

  /// Reads, changes and replaces the file under the lock; writes nothing when nothing changed.
  @discardableResult
  func change<Result>(
    _ body: (inout JSONObject) throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    let lock = try StorageLock.acquire(layout.sessionsLock, patience)
    defer { withExtendedLifetime(lock) {} }
    var document = try readOrSetAside()
    let before = try Self.members(document, layout.sessions)
    var members = before
    let result = try body(&members)
    if members != before {
      document["sessions"] = .object(members)
      try JSONFile.write(document, to: layout.sessions)
    }
    return result
  }

  private func readOrSetAside() throws(StorageError) -> JSONObject {
    do throws(StorageError) {
      let document = try document()
      _ = try Self.members(document, layout.sessions)
      return document
    } catch {
      guard error.kind == .badData, try FileStatus.about(layout.sessions)?.kind == .regular else {
        throw error
      }
      report(try JSONFile.setAside(layout.sessions, because: error.reason))
      return try document()
    }
  }
}

extension FileStatus {
  /// Of the file at the path itself; nil when there is none.
  static func about(_ path: FilePath) throws(StorageError) -> FileStatus? {
    try StorageError.about(path) { () throws(Errno) in try FileStatus.of(path) }
  }
}
