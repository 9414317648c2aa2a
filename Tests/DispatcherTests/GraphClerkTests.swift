import ChatProject
import ChatStorage
import LinuxSystem
import Settings
import SystemPackage
import Systemd
import TestSupport
import Testing

@testable import Dispatcher

/// Closing tasks in a graph that cannot be written at first.
@Suite struct GraphClerkTests {
  private let folder: TemporaryDirectory
  private let catalog: ChatCatalog
  private let chat: ChatID
  private let clerk: GraphClerk

  init() throws {
    folder = try TemporaryDirectory()
    let project = try ProjectFolder.initialize(at: folder.path, ChatDefaults(handler: "echo"))
    catalog = ChatCatalog(layout: project.layout)
    chat = try catalog.create(ChatRequest(), by: .dispatcher).id
    let log = DispatcherLog(
      path: folder.file("daemon.log"), project: folder.path.string, journal: nil, target: .file)
    clerk = GraphClerk(catalog: catalog, log: log)
  }

  private func closeInVain() throws {
    let lock = try #require(try FileLock.tryAcquire(catalog.layout.graphLock))
    defer { withExtendedLifetime(lock) {} }
    clerk.add([GraphClerk.Closing(chat: chat, isDeletion: false)])
    #expect(clerk.run().isEmpty)
    #expect(clerk.dueAt != nil)
  }

  private func isArchived() throws -> Bool { try catalog.resolve(.number(chat)).isArchived }

  @Test func `what could not be closed is closed later`() throws {
    try closeInVain()
    #expect(eventually { clerk.run() == [chat] })
    #expect(try isArchived())
  }

  @Test func `a chat that is restored meanwhile is not closed after that`() throws {
    try closeInVain()
    #expect(clerk.withdraw(chat).map(\.chat) == [chat])
    #expect(clerk.dueAt == nil)
    #expect(clerk.run().isEmpty)
    #expect(try !isArchived())
  }
}
