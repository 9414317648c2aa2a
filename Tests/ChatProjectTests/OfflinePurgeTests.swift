import ChatProject
import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TaskGraph
import TestSupport
import Testing

@Suite struct OfflinePurgeTests {
  private let project: ScratchProject

  init() throws { project = try ScratchProject() }

  @Test func `every chat is archived, its handler ended, its history kept`() throws {
    let chats = try (0..<3).map { _ in try project.create() }
    let handlers = try chats.map { try startHandler($0, "hang") }
    for chat in chats {
      try AtomicFile.replace(project.layout.coordinatorState(chat), with: Array("{}".utf8))
      try AtomicFile.replace(
        try project.chatFolder(chat).appending("inbox.jsonl"), with: Array("history\n".utf8))
    }
    let report = try project.purge()
    #expect(report.isComplete)
    #expect(report.purged.map(\.chat) == chats)
    #expect(
      report.purged.allSatisfy {
        $0.handler.outcome == .terminated || $0.handler.outcome == .killed
      })
    #expect(report.purged.map { $0.handler.pids } == handlers.map { [$0.pid] })
    for (chat, handler) in zip(chats, handlers) {
      #expect(!handler.process.isAlive)
      let summary = try project.summary(chat)
      #expect(summary.row.status == .done && summary.row.isArchived && !summary.row.hasLoopTag)
      #expect(summary.tombstone?.reason == .purge)
      #expect(summary.tombstone?.evidence["handler"]?["pids"] == [.integer(handler.pid)])
      #expect(text(of: try project.chatFolder(chat).appending("inbox.jsonl")) == "history\n")
      #expect(try FileStatus.of(project.layout.coordinatorState(chat)) == nil)
    }
  }

  @Test func `purging again is a no-op`() throws {
    for _ in 0..<3 { try project.create() }
    let first = try project.purge()
    let graph = project.graphText
    let second = try project.purge()
    #expect(second.isComplete)
    #expect(second.purged.isEmpty)
    #expect(second.skipped.map(\.reason) == [.alreadyArchived, .alreadyArchived, .alreadyArchived])
    #expect(project.graphText == graph)
    #expect(try project.tombstones.all().count == first.purged.count)
  }

  @Test func `a project without chats purges nothing`() throws {
    let report = try project.purge()
    #expect(report.isComplete && report.purged.isEmpty && report.skipped.isEmpty)
  }

  @Test func `a handler that ignores the request is killed after the grace`() throws {
    let chat = try project.create()
    let handler = try startHandler(chat, "ignore-term")
    let report = try project.purge { $0.grace = 50_000_000 }
    #expect(report.purged.first?.handler.outcome == .killed)
    #expect(!handler.process.isAlive)
  }

  @Test func `a handler whose number was never written is found by the lock it holds`() throws {
    let chat = try project.create()
    let handler = try startHandler(chat, "hang", publishes: false)
    let report = try project.purge()
    #expect(report.purged.first?.handler.pids == [handler.pid])
    #expect(!handler.process.isAlive)
  }

  @Test func `a handler of a chat that is archived already is ended too`() throws {
    let chat = try project.create()
    _ = try project.purge()
    let handler = try startHandler(chat, "hang")
    let report = try project.purge()
    #expect(report.purged.map(\.chat) == [chat])
    #expect(!handler.process.isAlive)
  }

  @Test func `a handler of a chat without a row is ended and the chat entombed`() throws {
    let chat = try project.create()
    let handler = try startHandler(chat, "hang")
    project.graphText = ""
    #expect(try project.purge().purged.map(\.chat) == [chat])
    #expect(!handler.process.isAlive)
    #expect(try project.tombstones.contains(chat))
  }

  @Test func `excepted chats and the caller's are spared`() throws {
    let chats = try (0..<3).map { _ in try project.create() }
    let handler = try startHandler(chats[0], "hang")
    let report = try project.purge {
      $0.except = [chats[0]]
      $0.callerChat = chats[1]
    }
    #expect(report.purged.map(\.chat) == [chats[2]])
    #expect(report.skipped.map(\.reason) == [.excepted, .callerChat])
    #expect(handler.process.isAlive)
    #expect(try !project.summary(chats[0]).isArchived)
  }

  @Test func `a dry run says what would be done and does nothing`() throws {
    let chat = try project.create()
    let handler = try startHandler(chat, "hang")
    let graph = project.graphText
    let before = try project.files()
    let report = try project.purge { $0.isDryRun = true }
    #expect(report.purged.map(\.chat) == [chat])
    #expect(handler.process.isAlive)
    #expect(project.graphText == graph)
    #expect(try project.files().subtracting(before) == ["service/dispatcher.lock"])
  }

  @Test func `a running dispatcher is left to do it`() throws {
    try Directory.create(project.layout.service)
    let lock = try FileLock.acquire(project.layout.dispatcherLock)
    let error = #expect(throws: StorageError.self) { try project.purge() }
    #expect(error?.kind == .locked)
    withExtendedLifetime(lock) {}
  }

  @Test func `a purge that stopped after any step is finished by the next one`() throws {
    for step in 0..<4 {
      let chat = try project.create()
      try AtomicFile.replace(project.layout.coordinatorState(chat), with: Array("{}".utf8))
      let handler = try startHandler(chat, "hang")
      try project.entomb(chat, .purge)
      if step > 0 {
        try handler.process.signal(.kill)
        try handler.awaitExit()
      }
      if step > 1 { try project.catalog.archiveRows([chat], by: change) { "\($0)" } }
      if step > 2 { try AtomicFile.remove(project.layout.coordinatorState(chat)) }
      _ = try project.purge()
      #expect(!handler.process.isAlive, "step \(step)")
      #expect(try project.summary(chat).row.isRetired, "step \(step)")
      #expect(try project.catalog.unfinishedPurges(in: project.catalog.snapshot()) == [])
    }
  }

  @Test func `a purged chat comes back when it is restored`() throws {
    let chat = try project.create("a")
    _ = try project.purge()
    let summary = try project.catalog.restore(chat, by: change)
    #expect(!summary.isArchived)
    #expect(summary.row.hasLoopTag && summary.row.status == .inProgress)
    #expect(try project.catalog.chats(includeArchived: false).map(\.id) == [chat])
  }

  @Test func `three hundred chats are purged in one rewrite`() throws {
    let rows = (1...300).map { #"{"id":".chat-\#($0)","status":"open","tags":["chat-loop"]}"# }
    project.graphText = rows.joined(separator: "\n") + "\n"
    let report = try project.purge()
    #expect(report.purged.count == 300)
    #expect(try project.catalog.chats(includeArchived: false).isEmpty)
  }

  @Test func `the answer has the shape that scripts rely on`() {
    var report = PurgeReport(isDispatcherRunning: true)
    let fate = HandlerFate(
      outcome: .survived, pids: [12], duration: 1_234_567_890,
      survivors: [.init(pid: 12, state: "D")])
    report.purged = [.init(chat: ChatID(6), purgedAt: "T", handler: fate)]
    report.skipped = [.init(chat: ChatID(2), reason: .callerChat)]
    #expect(
      report.json.description
        == #"{"ok":false,"dispatcher":"running","purged":[{"chat_id":6,"task_id":".chat-6","#
        + #""purged_at":"T","handler":{"outcome":"survived","pids":[12],"seconds":1.235,"#
        + #""survivors":[{"pid":12,"state":"D"}]}}],"#
        + #""skipped":[{"chat_id":2,"task_id":".chat-2","reason":"caller chat"}],"errors":[]}"#)
  }

  /// A handler as a dispatcher starts it: it inherits the locked file, and the dispatcher is gone.
  private func startHandler(
    _ chat: ChatID, _ behaviour: String, publishes: Bool = true
  ) throws -> TestChild {
    let folder = try project.chatFolder(chat)
    guard case .acquired(let lock) = try SessionLock.tryAcquire(folder) else {
      throw FaultError("the session of \(chat) is taken")
    }
    let descriptor = try #require(lock.descriptor)
    let child = try TestChild(behaviour) { $0.descriptors.append(.init(descriptor, as: 3)) }
    if behaviour == "ignore-term" { _ = try child.line() }
    try lock.publish(pid: publishes ? child.pid : 0)
    lock.close()
    return child
  }
}
