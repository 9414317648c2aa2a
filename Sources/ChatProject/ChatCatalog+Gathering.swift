public import ChatStorage
public import JSONLines
internal import LinuxSystem
internal import SystemPackage

// A conversation is in one folder. Programs of other times left parts of it in others.
extension ChatCatalog {
  /// A folder that holds a part of a conversation, beside the one of the chat's session.
  public struct Stray: Equatable, Sendable {
    public let chat: ChatID
    /// Below the folder `chat`.
    public let name: String
    let place: Place

    enum Place: Equatable, Sendable {
      /// Named like the chat.
      case named(SplitFolders.Folder)
      /// Where the existing program moves what it archives.
      case archive(SessionID)
      /// Of a session that claims the names of the chat's.
      case rival(Sessions.Rival)
    }

    /// The session that is forgotten when this is gathered.
    var rival: SessionID? {
      if case .rival(let rival) = place { rival.session } else { nil }
    }
  }

  /// Of chats that may get handlers, the folders whose messages belong to their conversations.
  ///
  /// Writes nothing. Those of archived chats stay where they are until somebody restores the chat.
  public func strays() throws(StorageError) -> [Stray] {
    let all = try sessions.load()
    let found = try named() + archived(all) + rivals(all)
    if found.isEmpty { return [] }
    let live = Set(try snapshot().chats.filter { !$0.isArchived }.map(\.id))
    return found.filter { live.contains($0.chat) }
  }

  /// Makes one conversation of the session's folder and the stray one; durable when it returns.
  ///
  /// Doing it again after a crash finishes it. Hold the dispatcher's lock.
  /// - Throws: `locked` while a handler holds either folder.
  public func gather(_ stray: Stray) throws(StorageError) {
    switch stray.place {
    case .archive(let session): try sessions.clearArchived([session])
    case .named(let folder):
      let session = try sessions.register(folder.chat, label: "chat \(folder.chat.number)")
      try splitFolders.merge(folder, into: session)
    case .rival(let rival):
      try splitFolders.merge(rival.session, into: rival.holder)
      try sessions.forget(rival.session)
    }
  }

  /// Brings together what belongs to a chat that is being restored, and takes the session's mark away.
  ///
  /// What cannot be brought here now is reported, and left for the next start of a dispatcher.
  public func revive(_ chat: ChatID, _ session: SessionID?) throws(StorageError) {
    if let session { try sessions.clearArchived([session]) }
    for stray in try named() where stray.chat == chat {
      do throws(StorageError) {
        try gather(stray)
      } catch {
        report(Problem(file: error.file, reason: error.reason))
      }
    }
  }

  private var splitFolders: SplitFolders { SplitFolders(layout, patience: patience) }

  private func named() throws(StorageError) -> [Stray] {
    try splitFolders.all().map {
      Stray(chat: $0.chat, name: $0.path.lastComponent?.string ?? "", place: .named($0))
    }
  }

  private func archived(_ all: Sessions) -> [Stray] {
    let names = Set((try? Directory.names(in: layout.archiveFolder)) ?? [])
    return all.byChat().filter { names.contains($0.value.text) }.map { chat, session in
      Stray(chat: chat, name: ".archive/\(session)", place: .archive(session))
    }.sorted { $0.chat < $1.chat }
  }

  private func rivals(_ all: Sessions) -> [Stray] {
    all.disputes.forEach(report)
    return all.rivals.map { Stray(chat: $0.chat, name: $0.session.text, place: .rival($0)) }
  }
}
