public import JSONLines
internal import SystemPackage

/// The sessions of a project, as `chat/sessions.json` told them at one moment.
public struct Sessions: Sendable {
  /// One session.
  public struct Entry: Equatable, Sendable {
    public let id: SessionID
    /// `coordinator` for chats.
    public let kind: String
    /// All names of the session: those of its chat, and others.
    public let aliases: [String]
    public let label: String?
    /// RFC 3339; empty when the entry does not say.
    public let created: String
    /// RFC 3339; nil unless the session is archived.
    public let archivedAt: String?
  }

  /// In the order of the file.
  public let entries: [Entry]
  /// Entries that make no sense; they stay in the file.
  public let problems: [Problem]
  let file: FilePath
  private let byAlias: [String: SessionID]

  init(_ members: JSONObject, _ file: FilePath) {
    self.file = file
    entries = members.members.compactMap { Entry($0.key, $0.value) }
    problems = members.members.filter { Entry($0.key, $0.value) == nil }.map {
      Problem(file: file, reason: "the session \($0.key) is no UUID with an object; skipped")
    }
    // Where two claim a name, one that is not archived has it, then the first.
    let inOrder = entries.filter { $0.archivedAt == nil } + entries.filter { $0.archivedAt != nil }
    let pairs = inOrder.flatMap { entry in entry.aliases.map { ($0, entry.id) } }
    byAlias = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// The session of a chat, archived or not; nil when it has none.
  public func session(for chat: ChatID) -> SessionID? {
    chat.aliases.lazy.compactMap { byAlias[$0] }.first
  }

  /// The session that has the alias, archived or not.
  func session(named alias: String) -> SessionID? { byAlias[alias] }

  /// The session of every chat that has one.
  public func byChat() -> [ChatID: SessionID] {
    let chats = byAlias.keys.compactMap { ChatID(alias: $0) }
    let pairs = chats.compactMap { chat in session(for: chat).map { (chat, $0) } }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// The entry of a session; nil when it is not registered.
  public func entry(_ session: SessionID) -> Entry? { entries.first { $0.id == session } }

  /// The chat whose name a session has; nil for sessions of other kinds.
  public func chat(for session: SessionID) -> ChatID? {
    entry(session)?.aliases.lazy.compactMap { ChatID(alias: $0) }.first
  }
}

extension Sessions.Entry {
  init?(_ key: String, _ value: JSONValue) {
    guard let id = SessionID(key), let object = value.object else { return nil }
    self.id = id
    kind = object["kind"]?.string ?? ""
    aliases = object["aliases"]?.array?.compactMap(\.string) ?? []
    label = object["label"]?.string
    created = object["created"]?.string ?? ""
    archivedAt = object["archived_at"]?.string
  }
}

// MARK: - Resolving

extension Sessions {
  /// The session that a reference names: by UUID, alias, label, or the beginning of a UUID.
  ///
  /// Throws `notFound`, and `input` when the reference fits several sessions.
  public func resolve(_ reference: ChatReference) throws(StorageError) -> SessionID {
    switch reference {
    case .number(let chat): return try found(session(for: chat), reference)
    case .session(let id): return try found(entry(id)?.id, reference)
    case .name(let name): return try found(try named(name), reference)
    case .prefixOrName(let text):
      if let session = try named(text) { return session }
      return try found(try single(entries.filter { $0.id.text.hasPrefix(text) }, text), reference)
    }
  }

  private func named(_ name: String) throws(StorageError) -> SessionID? {
    if let session = byAlias[name] { return session }
    let labelled = entries.filter { $0.label == name }
    let live = labelled.filter { $0.archivedAt == nil }
    return try single(live.isEmpty ? labelled : live, name)
  }

  private func single(_ entries: [Entry], _ text: String) throws(StorageError) -> SessionID? {
    guard entries.count > 1 else { return entries.first?.id }
    let some = entries.prefix(3).map(\.id.text).joined(separator: ", ")
    throw StorageError(
      file: file, kind: .input,
      reason: "\(text) fits \(entries.count) sessions (\(some)); give more of it")
  }

  private func found(
    _ session: SessionID?, _ reference: ChatReference
  ) throws(StorageError) -> SessionID {
    if let session { return session }
    throw StorageError(file: file, kind: .notFound, reason: "no session is called \(reference)")
  }
}
