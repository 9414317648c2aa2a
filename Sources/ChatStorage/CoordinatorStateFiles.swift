public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The existing program's `service/coordinator-state-N.json`, of which leftovers name stale chats.
public struct CoordinatorStateFiles: Sendable {
  private let layout: ProjectLayout

  public init(_ layout: ProjectLayout) { self.layout = layout }

  /// The chats that have a file, in order.
  ///
  /// `coordinator-state.json` stands for chat 0.
  public func chats() throws(StorageError) -> [ChatID] {
    var chats = Set(try DurableFolder.chats(in: layout.service, prefix: "coordinator-state-"))
    if try FileStatus.about(layout.legacyCoordinatorState) != nil { chats.insert(ChatID(0)) }
    return chats.sorted()
  }

  /// Removes what a chat has; false when it had nothing.
  @discardableResult
  public func remove(_ chat: ChatID) throws(StorageError) -> Bool {
    let hadNumbered = try remove(layout.coordinatorState(chat))
    guard chat.number == 0 else { return hadNumbered }
    let hadLegacy = try remove(layout.legacyCoordinatorState)
    return hadNumbered || hadLegacy
  }

  private func remove(_ path: FilePath) throws(StorageError) -> Bool {
    try StorageError.about(path) { () throws(Errno) in try AtomicFile.remove(path) }
  }
}
