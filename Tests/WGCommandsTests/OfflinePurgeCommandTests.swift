import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

struct OfflinePurgeCommandTests {
  /// A process that holds the session of a chat as the existing program's handlers do.
  private func startHandler(_ project: TestProject, _ chat: UInt32) throws -> TestChild {
    let child = try TestChild("hang")
    let lines = "\(child.pid)\n\(Timestamp.rfc3339(Clock.wall))\nadapter\n"
    try AtomicFile.replace(
      project.directory(chat).appending(".handler.pid"), with: Array(lines.utf8))
    return child
  }

  @Test func `every chat is archived and live handlers are ended`() throws {
    let project = try TestProject()
    let one = try project.makeChat("one")
    let two = try project.makeChat("two")
    let handler = try startHandler(project, one)
    #expect(try project.json("chat show one")["chat"]?["state"] == "running")
    #expect(try project.json("chat show one")["chat"]?["pid"]?.int == Int64(handler.pid))
    let answer = try project.json("service purge-chats")
    #expect(answer["ok"] == true)
    #expect(answer["dispatcher"] == "not_running")
    let purged = try #require(answer["purged"]?.array)
    #expect(purged.map { $0["chat_id"]?.uint } == [UInt64(one), UInt64(two)])
    #expect(purged.map { $0["handler"]?["outcome"]?.string } == ["terminated", "none"])
    #expect(purged.first?["handler"]?["pids"]?.array?.first?.int == Int64(handler.pid))
    #expect(!handler.process.isAlive)
    let again = try project.json("service archive-all-chats")
    #expect(again["purged"] == [])
    #expect(
      again["skipped"]?.array?.map { $0["reason"] } == ["already archived", "already archived"])
  }

  @Test func `a handler that ignores SIGTERM is killed after the grace`() throws {
    let project = try TestProject()
    let one = try project.makeChat("one")
    let child = try TestChild("ignore-term")
    _ = try child.line()
    let lines = "\(child.pid)\n\(Timestamp.rfc3339(Clock.wall))\nadapter\n"
    try AtomicFile.replace(
      project.directory(one).appending(".handler.pid"), with: Array(lines.utf8))
    let outcome = project.run("service purge-chats --grace 50ms --yes")
    #expect(outcome.status == 0)
    #expect(outcome.output == "Purged 1 chat (1 handler ended)\n")
    #expect(outcome.diagnostics.contains("was killed"))
    #expect(!child.process.isAlive)
  }

  @Test func `exceptions and the caller's own chat are skipped`() throws {
    let project = try TestProject(environment: ["WG_CHAT_ID": "1"])
    _ = try project.makeChat("one")
    _ = try project.makeChat("two")
    _ = try project.makeChat("three")
    let outcome = project.run("service purge-chats --except three")
    #expect(
      outcome.output
        == "Purged 1 chat (0 handlers ended), skipped 2 (.chat-1: caller chat, .chat-3: excepted)\n"
    )
    #expect(project.run("service purge-chats --except nobody").status == 66)
    let all = project.run("service purge-chats --include-caller")
    #expect(all.output.hasPrefix("Purged 2 chats"))
  }

  @Test func `a dry run changes nothing`() throws {
    let project = try TestProject()
    _ = try project.makeChat("one")
    #expect(project.run("service purge-chats --dry-run").output == "Would purge 1 chat\n")
    #expect(try project.json("chat show one")["chat"]?["state"] == "resting")
  }

  @Test func `archiving one chat ends its handler and leaves the others`() throws {
    let project = try TestProject()
    let one = try project.makeChat("one")
    _ = try project.makeChat("two")
    let handler = try startHandler(project, one)
    let answer = try project.json("chat archive one")
    #expect(answer["handler"]?["outcome"] == "terminated")
    #expect(!handler.process.isAlive)
    #expect(try project.json("chat show two")["chat"]?["state"] == "resting")
  }

  @Test func `stopping a chat ends its handler too`() throws {
    let project = try TestProject()
    let one = try project.makeChat("one")
    let handler = try startHandler(project, one)
    let answer = try project.json("chat stop one")
    #expect(answer["handler"]?["outcome"] == "terminated")
    #expect(answer["state"] == "down")
    #expect(!handler.process.isAlive)
  }
}
