internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage
internal import TaskGraph
internal import TimeSpans

/// The project that a command works on: its files, and its dispatcher where one runs.
struct Project {
  let folder: ProjectFolder
  let context: CommandContext

  var layout: ProjectLayout { folder.layout }
  var graph: GraphFile { GraphFile(path: layout.graph, lock: layout.graphLock) }
  var catalog: ChatCatalog { ChatCatalog(layout: layout) }
  var chatStates: ChatStateStore { ChatStateStore(layout) }

  /// The same for somebody who is typing: a dispatcher that is just coming is asked again instead of
  /// waited for.
  var impatient: Project {
    var context = context
    context.patience = .seconds(0)
    return Project(folder: folder, context: context)
  }
}

extension Project {
  /// The chat that a person means.
  func resolve(_ text: String) throws -> ChatSummary {
    guard let reference = ChatReference.parse(text) else {
      throw ControlError(.usage, "a chat's name cannot be empty")
    }
    do {
      return try catalog.resolve(reference)
    } catch {
      let cause = ControlError(causedBy: error)
      guard cause.code == .notFound, cause.hint == nil else { throw cause }
      throw ControlError(
        .notFound, "there is no chat `\(text)`", hint: "`wg chat list --all` lists them")
    }
  }

  /// The chat from whose handler this command is run; nil when the environment names none.
  func callerChat() throws -> ChatSummary? {
    guard let text = context.callerReference else { return nil }
    // A chat that is gone cannot be spared; a purge must not fail for it.
    return try? resolve(text)
  }

  /// Where the chat's messages are; nil when it has no session.
  ///
  /// The existing program moves the folder of a chat that it archives.
  func directory(of chat: ChatSummary) throws -> FilePath? {
    guard let session = chat.session else { return nil }
    let usual = layout.chatDirectory(session)
    let moved = layout.archivedChatDirectory(session)
    if try FileStatus.of(usual) == nil, try FileStatus.of(moved) != nil { return moved }
    return usual
  }
}
