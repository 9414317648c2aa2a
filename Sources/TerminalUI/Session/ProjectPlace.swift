public import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// The project on the screen: where its files are, and who changes them.
public struct ProjectPlace {
  public let layout: ProjectLayout
  /// `NAME=value`, for commands.
  public let environment: [String]

  public init(layout: ProjectLayout, environment: [String]) {
    self.layout = layout
    self.environment = environment
  }

  /// What people call it: the name of the folder that it lies in.
  public var name: String {
    layout.root.removingLastComponent().lastComponent?.string ?? layout.root.string
  }

  /// Where a conversation's files are; the existing program moves those of chats that it archives.
  func directory(_ place: ConversationPlace) -> FilePath? {
    guard let session = SessionID(place.session) else { return nil }
    let usual = layout.chatDirectory(session)
    let moved = layout.archivedChatDirectory(session)
    return !exists(usual) && exists(moved) ? moved : usual
  }

  private func exists(_ path: FilePath) -> Bool {
    (try? FileStatus.of(path)).flatMap { $0 } != nil
  }

  /// Where a dispatcher may listen: what it wrote down, then the usual place.
  var sockets: [FilePath] {
    let written = (try? ServiceState.read(layout)).flatMap { $0?.socketPath }
    return [written, layout.socket].compactMap(\.self)
  }
}
