import ChatProject
import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import Settings
import SystemPackage
import TaskGraph
import TestSupport

/// A project in a folder of its own, which goes away with it.
final class ScratchProject {
  private let directory: TemporaryDirectory
  let folder: ProjectFolder

  init() throws {
    directory = try TemporaryDirectory()
    folder = try ProjectFolder.initialize(at: directory.path, ChatDefaults(handler: "echo"))
    try Directory.create(folder.layout.service)
  }

  var layout: ProjectLayout { folder.layout }
  var catalog: ChatCatalog { ChatCatalog(layout: layout) }
  var tombstones: TombstoneStore { TombstoneStore(layout) }
  var sessions: SessionRegistry { SessionRegistry(layout) }

  var graphText: String {
    get { text(of: layout.graph) ?? "" }
    set { try? AtomicFile.replace(layout.graph, with: Array(newValue.utf8)) }
  }

  @discardableResult
  func create(_ name: String? = nil) throws -> ChatID {
    try catalog.create(ChatRequest(name: name), by: change).id
  }

  func summary(_ chat: ChatID) throws -> ChatSummary { try catalog.resolve(.number(chat)) }

  /// What a dispatcher does before it archives.
  func entomb(_ chat: ChatID, _ reason: Tombstone.Reason = .archive) throws {
    let author = Tombstone.Author(uid: 0, pid: 1, command: "test")
    try tombstones.write([Tombstone(chatID: chat, session: nil, reason: reason, by: author)])
  }

  func archive(_ chat: ChatID) throws {
    try entomb(chat)
    try catalog.archiveRows([chat], by: change) { "Chat \($0.number) archived" }
  }

  func purge(_ edit: (inout PurgeOptions) -> Void = { _ in }) throws -> PurgeReport {
    var options = PurgeOptions()
    edit(&options)
    return try OfflinePurge(catalog, options: options, by: change).run()
  }

  /// The folder of a chat's session.
  func chatFolder(_ chat: ChatID) throws -> FilePath {
    guard let session = try sessions.session(for: chat) else {
      throw FaultError("\(chat) has no session")
    }
    return layout.chatDirectory(session)
  }

  /// Names of all files below the project's folder.
  func files() throws -> Set<String> { try Self.files(layout.root, "") }

  private static func files(_ folder: FilePath, _ prefix: String) throws -> Set<String> {
    var found: Set<String> = []
    for name in try Directory.names(in: folder) {
      let path = folder.appending(name)
      if try FileStatus.of(path)?.kind == .directory {
        found.formUnion(try files(path, "\(prefix)\(name)/"))
      } else {
        found.insert(prefix + name)
      }
    }
    return found
  }
}

/// What the tests sign their changes with.
let change = GraphChange(time: 1_777_311_172_630_148_860, actor: "test", user: "erik")
