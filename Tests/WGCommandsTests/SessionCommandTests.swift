import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

/// `wg session`.
@Suite struct SessionCommandTests {
  private let project: TestProject

  init() throws { project = try TestProject() }

  private func write(_ text: String, to path: FilePath) throws {
    try Directory.create(path.removingLastComponent())
    try AtomicFile.replace(path, with: Array(text.utf8))
  }

  private func message(_ text: String) -> String {
    "{\"id\":1,\"timestamp\":\"2026-04-27T18:00:00Z\",\"role\":\"user\",\"content\":\"\(text)\","
      + "\"request_id\":\"\(text)\"}\n"
  }

  /// A process that holds the chat's session the way the existing program does.
  private func hold(_ chat: UInt32, kind: String) throws -> TestChild {
    let child = try TestChild("never-read")
    #expect(try child.line() == "ready")
    let lines = "\(child.pid)\n\(Timestamp.rfc3339(Clock.wall))\n\(kind)\n"
    try write(lines, to: try project.directory(chat).appending(".handler.pid"))
    return child
  }

  @Test func `every session is listed with its names and its holder`() throws {
    let chat = try project.makeChat("release")
    let child = try hold(chat, kind: "chat-nex")
    let list = try withExtendedLifetime(child) { try project.json("session list").array ?? [] }
    #expect(list.count == 1)
    #expect(list.first?["kind"] == "coordinator")
    #expect(list.first?["aliases"] == ["chat-1", "coordinator-1", "1"])
    #expect(list.first?["lock"]?["pid"] == .integer(child.pid))
    let table = withExtendedLifetime(child) { project.run("session ls --short").output }
    #expect(table.contains("pid \(child.pid) (chat-nex)"), "\(table)")
  }

  @Test(arguments: ["1", ".chat-1", "chat-1", "release"])
  func `a session is found by any name of its chat`(name: String) throws {
    _ = try project.makeChat("release")
    let outcome = project.run("session status \(name)")
    #expect(outcome.status == 0 && outcome.output == "\(name): no handler\n", "\(outcome)")
    #expect(project.run("session status nobody").status == 66)
  }

  @Test func `a handler is released by SIGTERM, and its end is proof`() throws {
    let chat = try project.makeChat("a")
    let child = try hold(chat, kind: "adapter")
    let answer = try project.json("session release 1 --wait 60s")
    #expect(answer["released"] == true, "\(answer)")
    #expect(answer["holder"]?["pid"] == .integer(child.pid))
    #expect(try project.json("session status 1")["lock"]?["state"] == "stale")
    #expect(try project.json("session release 1")["released"] == false, "nobody holds it now")
  }

  @Test func `a terminal is asked by the marker, gets no signal, and the request is taken back`()
    throws
  {
    let chat = try project.makeChat("a")
    let child = try hold(chat, kind: "tui-pty")
    let outcome = project.run("session release 1 --wait 100ms")
    #expect(outcome.status == 75 && outcome.diagnostics.contains("\(child.pid)"), "\(outcome)")
    #expect(try child.process.peekExit() == nil)
    let marker = try project.directory(chat).appending(".handler.release-requested")
    #expect(try FileStatus.of(marker) == nil)
    // It lets go without ending.
    try AtomicFile.remove(try project.directory(chat).appending(".handler.pid"))
    #expect(project.run("session release 1").status == 0)
  }

  @Test func `whoever only reads what a dead handler left is not ended`() throws {
    let file = try project.directory(try project.makeChat("a")).appending(".handler.pid")
    try write("4000000\n2026-04-27T18:00:00Z\nadapter\n", to: file)
    let reader = try Descriptor.open(file, flags: O_RDONLY)
    let child = try TestChild("never-read") { $0.descriptors.append(.init(reader, as: 3)) }
    #expect(try child.line() == "ready")
    let outcome = project.run("session release 1")
    #expect(outcome.status == 0 && outcome.output == "Nobody holds it.\n", "\(outcome)")
    #expect(try child.process.peekExit() == nil)
  }

  @Test func `the program itself, between lock and handler, is not ended`() throws {
    let child = try hold(try project.makeChat("a"), kind: SessionLock.ownKind)
    let outcome = project.run("session release 1")
    #expect(outcome.status == 75 && outcome.diagnostics.contains("try again"), "\(outcome)")
    #expect(try child.process.peekExit() == nil)
  }

  @Test func `a request without a wait stands, and nobody else takes it back`() throws {
    let chat = try project.makeChat("a")
    let child = try hold(chat, kind: "tui-pty")
    let marker = try project.directory(chat).appending(".handler.release-requested")
    for wait in ["0", "100ms"] {
      #expect(project.run("session release 1 --wait \(wait)").status == 75)
      #expect(try FileStatus.of(marker) != nil, "after \(wait)")
    }
    #expect(try child.process.peekExit() == nil)
  }

  @Test func `what is in order is not reported, archived sessions included`() throws {
    let chat = try project.makeChat("a")
    #expect(project.run("session check").status == 0)
    #expect(project.run("chat archive 1").status == 0)
    let directory = try project.directory(chat)
    let archive = project.layout.archiveFolder
    try Directory.create(archive)
    try AtomicFile.rename(
      directory, to: archive.appending(directory.lastComponent?.string ?? ""))
    let outcome = project.run("session check")
    #expect(outcome.status == 0 && outcome.output == "All sessions are in order.\n", "\(outcome)")
  }

  @Test func `a repair loses nothing and leaves nothing to repair`() throws {
    let chat = try project.makeChat("a")
    let directory = try project.directory(chat)
    let orphan = "01970000-0000-7000-8000-000000000001"
    try write(message("one"), to: directory.appending("inbox.jsonl"))
    try write(message("two"), to: project.layout.chatFolder.appending("coordinator-1/inbox.jsonl"))
    try write(message("three"), to: project.layout.chatFolder.appending("\(orphan)/inbox.jsonl"))
    try write("4000000\n2026-04-27T18:00:00Z\nadapter\n", to: directory.appending(".handler.pid"))
    try write("x\n", to: directory.appending(".handler.release-requested"))

    let found = try project.json("session check")
    let kinds = ["scattered", "unregistered", "stale_lock", "stale_marker"]
    #expect((found["findings"]?.array ?? []).map { $0["kind"]?.string } == kinds, "\(found)")
    #expect(project.run("session check").status == 1)

    // A process that another test starts has copies of this one's locks for a moment.
    #expect(eventually(within: 60) { project.run("session check --fix").status == 0 })
    #expect(project.run("session check").status == 0)
    let history = project.run("chat history 1").output
    #expect(history.contains("one") && history.contains("two"), "\(history)")
    let recovered = try SessionRegistry(project.layout).load().entries.last
    #expect(recovered?.id.text == orphan && recovered?.label == "recovered")
    #expect(recovered?.aliases == [])
  }

  @Test func `two sessions that claim one chat become one`() throws {
    _ = try project.makeChat("a")
    let other = "01970000-0000-7000-8000-000000000002"
    var registry = try #require(try JSONFile.read(project.layout.sessions))
    var sessions = try #require(registry["sessions"]?.object)
    sessions[other] = [
      "kind": "coordinator", "created": "2026-04-27T17:33:00Z", "aliases": ["1", "chat-1"],
    ]
    registry["sessions"] = .object(sessions)
    try JSONFile.write(registry, to: project.layout.sessions)
    try write(message("lost"), to: project.layout.chatFolder.appending("\(other)/inbox.jsonl"))
    #expect(project.run("session check --fix").status == 0)
    #expect(project.run("session check").status == 0)
    #expect(project.run("chat history 1").output.contains("lost"))
    #expect(try SessionRegistry(project.layout).load().entries.count == 1)
  }

  @Test func `of a second session the folder in the archive is not forgotten`() throws {
    _ = try project.makeChat("a")
    let other = "01970000-0000-7000-8000-000000000003"
    var registry = try #require(try JSONFile.read(project.layout.sessions))
    var sessions = try #require(registry["sessions"]?.object)
    sessions[other] = ["kind": "coordinator", "aliases": ["1"]]
    registry["sessions"] = .object(sessions)
    try JSONFile.write(registry, to: project.layout.sessions)
    try write(message("lost"), to: project.layout.archiveFolder.appending("\(other)/inbox.jsonl"))
    #expect(eventually(within: 60) { project.run("session check --fix").status == 0 })
    #expect(project.run("chat history 1").output.contains("lost"))
    #expect(try SessionRegistry(project.layout).load().entries.count == 1)
  }

  @Test func `no repair happens beside a dispatcher`() throws {
    try Directory.create(project.layout.service)
    let lock = try FileLock.acquire(project.layout.dispatcherLock)
    let outcome = project.run("session check --fix")
    withExtendedLifetime(lock) {}
    #expect(outcome.status == 75 && outcome.diagnostics.contains("wg service stop"), "\(outcome)")
  }
}
