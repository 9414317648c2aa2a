import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Projects of every age are opened, listed, talked to, purged and restored by the real programs.
@Suite(.serialized) struct HistoricLayoutTests {
  @Test(arguments: HistoricProject.all)
  func `an old project just works, and what is not ours stays as it was`(
    old: HistoricProject
  ) throws {
    let project = try Project(initialized: false)
    try old.build(in: project)

    // Reading writes nothing.
    let untouched = try files(project.wg)
    #expect(try project.run("list", "--all").mustSucceed().output.contains("said again"))
    try project.run("chat", "list", "--all").mustSucceed()
    try project.run("session", "list").mustSucceed()
    #expect(try files(project.wg) == untouched)

    try project.start()
    #expect(try project.ask(old.chat, "hello") == "hello")
    #expect(try questions(project, old) == old.said + ["hello"], "nothing is lost, or asked again")
    #expect(try project.outbox(of: old.chat).count == old.said.count + 1)
    #expect(try project.run("session", "check").exit.isSuccess)
    try expectForeign(old, in: project)

    let purge = try project.json("service", "purge-chats")
    #expect(purge["ok"] == true && purge["purged"]?.array?.count == 1, "\(purge)")
    #expect(ExistingProgram.wouldSupervise(try project.graphRows()) == [])
    try project.run("service", "restart").mustSucceed()
    #expect(project.handlers().isEmpty)
    try expectForeign(old, in: project)

    try project.run("chat", "restore", "\(old.chat)").mustSucceed()
    #expect(
      ExistingProgram.wouldSupervise(try project.graphRows()) == [".chat-\(old.chat)"])
    #expect(try project.ask(old.chat, "again") == "again")
    #expect(try questions(project, old) == old.said + ["hello", "again"])
    try expectForeign(old, in: project)
  }

  @Test func `a chat that is marked as done stays done`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    try project.run("done", ".chat-\(chat)").mustSucceed()
    try project.waitForNoHandlers()
    let starts = try project.starts(of: chat)
    try project.appendMessage("anybody?", to: chat)
    try project.run("service", "restart").mustSucceed()
    try project.run("service", "reload").mustSucceed()
    #expect(try project.row(".chat-\(chat)")?["status"] == "done")
    #expect(try project.starts(of: chat) == starts)
    #expect(project.handlers().isEmpty)
    #expect(ExistingProgram.wouldSupervise(try project.graphRows()) == [])
  }

  private func questions(_ project: Project, _ old: HistoricProject) throws -> [String] {
    try project.inbox(of: old.chat).compactMap { $0["content"]?.string }
  }

  /// Each line of the graph that is no chat's, byte for byte and in its order, and each file.
  private func expectForeign(_ old: HistoricProject, in project: Project) throws {
    let lines = (text(of: project.graph) ?? "").split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast().map(String.init)
    let foreign = lines.filter { !$0.contains("\"id\":\".c") }
    #expect(foreign == old.foreignRows)
    for (path, before) in old.files where isForeign(path) {
      #expect(text(of: project.wg.appending(path)) == before, "\(path)")
    }
  }

  private func isForeign(_ path: String) -> Bool {
    let ours = ["chat/", "service/state.json", "service/coordinator-state"]
    return path.hasSuffix(".codex-session-id") || !ours.contains { path.hasPrefix($0) }
  }

  /// All files below a folder with what is in them.
  private func files(_ folder: FilePath) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in try Directory.names(in: folder) {
      let path = folder.appending(name)
      if try FileStatus.of(path)?.kind == .directory {
        found.merge(try files(path).map { ("\(name)/\($0.key)", $0.value) }) { $1 }
      } else {
        found[name] = Array((text(of: path) ?? "").utf8)
      }
    }
    return found
  }
}
