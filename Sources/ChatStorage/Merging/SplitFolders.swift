public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// Folders of messages that are named like a chat, beside the one that the registry names.
///
/// Before sessions had UUIDs, every chat's folder was called so; later, programs that did not find a
/// chat's session wrote there. Each is part of a conversation that somebody has to put together again.
public struct SplitFolders: Sendable {
  /// One of them.
  public struct Folder: Equatable, Sendable {
    public let chat: ChatID
    public let path: FilePath
  }

  private let layout: ProjectLayout
  private let patience: Patience

  /// Touches no file.
  public init(_ layout: ProjectLayout, patience: Patience = .unlimited) {
    self.layout = layout
    self.patience = patience
  }

  /// Those with messages in them, by chat; none without a folder `chat`.
  ///
  /// A symbolic link is another name of some folder, and is passed over.
  public func all() throws(StorageError) -> [Folder] {
    let names: [String]
    do throws(Errno) {
      names = try Directory.names(in: layout.chatFolder)
    } catch {
      if error == .noSuchFileOrDirectory { return [] }
      throw StorageError(error, layout.chatFolder)
    }
    return names.sorted().compactMap { name in
      guard let chat = ChatID(alias: name) ?? ChatID(taskID: name) else { return nil }
      return Folder(chat: chat, path: layout.chatFolder.appending(name))
    }.filter { Self.hasMessages($0.path) }.sorted { $0.chat < $1.chat }
  }

  /// Brings the messages of a folder into the session's, and puts the folder away, whole, inside it.
  ///
  /// The session's folder is made when it is missing. Doing it again after a crash finishes it. Blocks
  /// for the disk and for writers.
  /// - Throws: `locked` while a handler holds either folder.
  public func merge(_ folder: Folder, into session: SessionID) throws(StorageError) {
    let target = layout.chatDirectory(session)
    try DurableFolder.make(target)
    try FolderMerge(
      source: folder.path, target: target, name: folder.path.lastComponent?.string ?? "",
      patience: patience
    ).run()
  }

  /// Does the same with the folder of another session, and with the one that was moved to the archive.
  public func merge(_ other: SessionID, into session: SessionID) throws(StorageError) {
    let target = layout.chatDirectory(session)
    let folders = [
      (layout.chatDirectory(other), other.text),
      (layout.archivedChatDirectory(other), "archive-\(other)"),
    ]
    for (folder, name) in folders where try FileStatus.about(folder) != nil {
      try DurableFolder.make(target)
      try FolderMerge(source: folder, target: target, name: name, patience: patience).run()
    }
  }

  static func hasMessages(_ folder: FilePath) -> Bool {
    guard (try? FileStatus.of(folder))?.kind == .directory else { return false }
    return [MessageLog.Box.inbox, .outbox].contains { box in
      ((try? FileStatus.of(folder.appending(box.rawValue)))?.size ?? 0) > 0
    }
  }
}
