internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines

/// One session: what the registry says of it, and who holds it.
struct SessionView {
  let entry: Sessions.Entry
  let standing: SessionLock.Standing

  /// The shortest name of each kind is enough for people.
  var names: String {
    let chat = entry.aliases.lazy.compactMap { ChatID(alias: $0) }.first
    let others = entry.aliases.filter { ChatID(alias: $0) == nil }
    return ([chat?.taskID, entry.label].compactMap(\.self) + others).joined(separator: ", ")
  }

  var standingWords: String {
    switch standing {
    case .free: "-"
    case .held(let holder): "pid \(holder.pid) (\(holder.kind))"
    case .stale(let holder): "stale lock of pid \(holder.pid)"
    }
  }

  var payload: JSONObject {
    [
      "uuid": .text(entry.id.text), "kind": .text(entry.kind), "created": .text(entry.created),
      "aliases": .array(entry.aliases.map { .text($0) }),
      "label": entry.label.map { .text($0) } ?? .null,
      "archived_at": entry.archivedAt.map { .text($0) } ?? .null, "lock": standing.json,
    ]
  }
}

extension SessionLock.Standing {
  /// `state`, and of a lock that is not free what its file says.
  var json: JSONValue {
    switch self {
    case .free: ["state": "free", "pid": nil, "kind": nil, "started_at": nil]
    case .held(let holder): Self.json("held", holder)
    case .stale(let holder): Self.json("stale", holder)
    }
  }

  private static func json(_ state: String, _ holder: LockHolder) -> JSONValue {
    [
      "state": .text(state), "pid": .integer(holder.pid), "kind": .text(holder.kind),
      "started_at": .text(holder.startedAt),
    ]
  }
}

extension Project {
  func view(of entry: Sessions.Entry) throws -> SessionView {
    SessionView(entry: entry, standing: try SessionLock.standing(layout.chatDirectory(entry.id)))
  }

  /// The session that a person means, by what the registry or, failing that, the graph calls it.
  func session(_ text: String) throws -> Sessions.Entry {
    guard let reference = ChatReference.parse(text) else {
      throw ControlError(.usage, "a session's name cannot be empty")
    }
    let sessions = try SessionRegistry(layout).load()
    let id = try registered(reference, in: sessions) ?? resolve(text).session
    guard let entry = id.flatMap({ sessions.entry($0) }) else {
      throw ControlError(
        .notFound, "there is no session `\(text)`", hint: "`wg session list` lists them")
    }
    return entry
  }

  private func registered(
    _ reference: ChatReference, in sessions: Sessions
  ) throws(StorageError) -> SessionID? {
    do throws(StorageError) {
      return try sessions.resolve(reference)
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }
}
