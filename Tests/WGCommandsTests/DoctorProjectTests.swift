import ChatStorage
import ControlProtocol
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

/// What `wg doctor` finds in projects that are broken for real.
@Suite struct DoctorProjectTests {
  private func findings(_ project: TestProject) -> [Finding] {
    ProjectFacts.gather(project.layout, environment: ["PATH": "/usr/bin:/bin"]).findings
  }

  /// What is not well about one thing.
  private func bad(_ check: Check, _ project: TestProject) -> [Finding] {
    findings(project).filter { $0.check == check && $0.severity != .ok }
  }

  private func write(_ project: TestProject, _ name: String, _ text: String) throws {
    let path = project.layout.root.appending(name)
    try Directory.create(path.removingLastComponent())
    try AtomicFile.replace(path, with: Array(text.utf8))
  }

  /// The names, sizes and times of all files.
  private func picture(_ project: TestProject) -> [String] {
    FileSurvey.of(project.layout).entries.map { "\($0.path) \($0.status)" }
  }

  @Test("A sound project has nothing but good findings, and is as it was afterwards")
  func sound() throws {
    let project = try TestProject()
    _ = try project.makeChat("parrot")
    let before = picture(project)
    let machine: Set<Check> = [.fileSystem, .inotify, .descriptors]
    let found = findings(project).filter { !machine.contains($0.check) }
    #expect(found.filter { $0.severity != .ok } == [])
    #expect(found.count >= 6)
    #expect(picture(project) == before)
  }

  @Test("A damaged row, a legacy row and a missing graph are told apart")
  func graph() throws {
    let project = try TestProject()
    try write(
      project, "graph.jsonl",
      """
      {"kind":"task","id":"a","title":"A"}
      {"kind":"task","id":".coordinator-3","title":"Coordinator 3","status":"open"}
      {"kind":"task","id":"b","ti
      """)
    #expect(bad(.graph, project).map(\.severity) == [.warning, .note])
    #expect(bad(.graph, project)[0].text.contains("graph.jsonl:3"))
    #expect(bad(.graph, project)[1].text.contains(".coordinator-3"))
    try AtomicFile.remove(project.layout.graph)
    #expect(bad(.graph, project).map(\.severity) == [.problem])
    #expect(bad(.chats, project).map(\.severity) == [.problem])
  }

  @Test("Folders without a session, sessions without a folder and split folders are found")
  func sessions() throws {
    let project = try TestProject()
    let chat = try project.makeChat("parrot")
    FileTree.remove(try project.directory(chat))
    try write(project, "chat/01a20510-9969-7cb6-b5f4-98a57d421ea2/inbox.jsonl", "{}\n")
    try write(project, "chat/chat-1/inbox.jsonl", "{}\n")
    try write(project, "chat/2/inbox.jsonl", "")
    let found = bad(.sessions, project)
    #expect(found.map(\.severity) == [.warning, .note, .warning])
    #expect(found[0].text.contains(".chat-\(chat)"))
    #expect(found[1].text.contains("01a20510"))
    #expect(found[2].text.contains("chat/chat-1") && !found[2].text.contains("chat/2"))
    try write(project, "chat/sessions.json", "{\"sessions\": 7}")
    #expect(bad(.sessions, project).map(\.severity) == [.problem])
  }

  @Test("Half-done purges, tombstones and records that cannot be read, and stale files are found")
  func purges() throws {
    let project = try TestProject()
    let first = try project.makeChat("first")
    let second = try project.makeChat("second")
    try write(
      project, "service/tombstones/chat-\(first).json",
      "{\"version\":1,\"chat_id\":\(first),\"purged_at\":\"2026-04-27T18:00:00Z\"}")
    try write(project, "service/tombstones/chat-\(second).json", "torn")
    try write(project, "service/chats/chat-\(first).json", "{")
    try write(project, "service/coordinator-state-9.json", "{}")
    #expect(bad(.tombstones, project).map(\.severity) == [.warning, .warning])
    #expect(bad(.tombstones, project)[0].text.contains(".chat-\(second)"))
    #expect(bad(.chats, project).map(\.severity) == [.warning])
    #expect(bad(.stale, project).map(\.text) == ["state files of chats that have no task: .chat-9"])
  }

  @Test("Parked chats and messages that were set aside are told")
  func parked() throws {
    let project = try TestProject()
    let chat = try project.makeChat("parrot")
    var record = ChatRecord()
    record.parkedAt = 1
    try ChatStateStore(project.layout).write(ChatID(chat), record)
    let folder = try project.directory(chat)
    try AtomicFile.replace(folder.appending("dead-letters.jsonl"), with: Array("{}\n".utf8))
    #expect(bad(.chats, project).map(\.severity) == [.note, .note])
  }

  @Test("What was set aside and what was never finished is found; young temporary files are not")
  func leftovers() throws {
    let project = try TestProject()
    try write(project, "chat/sessions.json.corrupt-2026-04-27T18:00:00.000Z-1", "x")
    try write(project, "service/.state.json.old.tmp", "x")
    try write(project, "service/.state.json.new.tmp", "x")
    try setModified(project.layout.service.appending(".state.json.old.tmp"), "200001010000")
    let found = bad(.leftovers, project)
    #expect(found.map(\.severity) == [.warning, .note])
    #expect(found[1].text.contains("old.tmp") && !found[1].text.contains("new.tmp"))
  }

  @Test("A file from the future is a clock that was set back")
  func future() throws {
    let project = try TestProject()
    #expect(bad(.clock, project).isEmpty)
    try setModified(project.layout.graph, "209901010000")
    #expect(bad(.clock, project).map(\.severity) == [.warning])
  }

  @Test("A socket and a state file of a dispatcher that was killed are found")
  func deadDispatcher() throws {
    let project = try TestProject()
    try Directory.create(project.layout.service)
    do { _ = try StreamListener.listen(project.layout.socket, mode: 0o600, replacingStale: true) }
    try write(
      project, "service/state.json",
      "{\"pid\":2147483647,\"socket_path\":\"/x\",\"started_at\":\"2026-04-27T18:00:00Z\"}")
    #expect(bad(.leftovers, project).map(\.severity) == [.note, .note])
    try write(project, "service/state.json", "{}")
    #expect(bad(.leftovers, project).map(\.severity) == [.note, .warning])
  }

  @Test("Somebody who listens without holding the project is found, and not connected to")
  func foreignDispatcher() throws {
    let project = try TestProject()
    try Directory.create(project.layout.service)
    let listener = try StreamListener.listen(
      project.layout.socket, mode: 0o600, replacingStale: true)
    try write(
      project, "service/state.json",
      "{\"pid\":\(CurrentProcess.pid),\"socket_path\":\"/x\",\"started_at\":\"\"}")
    let found = bad(.leftovers, project)
    #expect(found.map(\.severity) == [.warning, .warning])
    #expect(try listener.descriptor.wait(for: .readable, until: .now) == false)
  }

  @Test("A link to a socket that systemd would listen on is told when it leads nowhere")
  func danglingSocket() throws {
    let project = try TestProject()
    try Directory.create(project.layout.service)
    try link(project.layout.socket, to: "/run/wg/no-such.sock")
    #expect(bad(.leftovers, project).map(\.severity) == [.warning])
    #expect(bad(.leftovers, project)[0].text.contains("/run/wg/no-such.sock"))
    #expect(bad(.permissions, project).isEmpty)
  }

  @Test("Session locks of the dead and of the living are told apart")
  func locks() throws {
    let project = try TestProject()
    let dead = try project.directory(try project.makeChat("dead"))
    let alive = try project.directory(try project.makeChat("alive"))
    let lines = "2147483647\n2026-04-27T18:00:00Z\nadapter\n"
    for folder in [dead, alive] {
      try AtomicFile.replace(folder.appending(".handler.pid"), with: Array(lines.utf8))
      try setModified(folder.appending(".handler.pid"), "202001010000")
    }
    // An heir of the lock: it has the file open, and nobody knows its number.
    let heir = try RunningProgramWithFile(alive.appending(".handler.pid"))
    let found = bad(.handlers, project)
    #expect(found.map(\.severity) == [.note, .note])
    #expect(found.first?.text.contains("pid \(heir.pid)") == true)
    #expect(found.last?.text.hasSuffix(".chat-1") == true)
  }

  @Test("Modes that let others write, and links in the place of files, are problems")
  func permissions() throws {
    let project = try TestProject()
    _ = try project.makeChat("parrot")
    #expect(bad(.permissions, project).isEmpty)
    try setMode(project.layout.sessions, 0o666)
    try setMode(project.layout.chatFolder, 0o777)
    try Directory.create(project.layout.service)
    try link(project.layout.daemonLog, to: "/dev/null")
    let found = bad(.permissions, project)
    #expect(found.map(\.severity) == [.problem, .problem])
    #expect(found[0].text.contains("sessions.json") && found[0].text.contains("chat"))
    #expect(found[0].advice == "chmod -R o-w \(project.layout.root)")
    #expect(found[1].text.contains("daemon.log"))
  }

  @Test("Lines of the configuration that do not count are told")
  func config() throws {
    let project = try TestProject()
    try write(project, "config.toml", "[chats]\nmemory_max = \"lots\"\n")
    #expect(bad(.config, project).map(\.severity) == [.problem])
    FileTree.remove(project.layout.config)
    try Directory.create(project.layout.config)
    #expect(bad(.config, project).map(\.severity) == [.problem])
  }

  @Test("Pipes in the place of files are waited for by nobody")
  func pipes() throws {
    let project = try TestProject()
    let folder = try project.directory(try project.makeChat("parrot"))
    let layout = project.layout
    try Directory.create(layout.tombstones)
    let paths = [
      layout.dispatcherLock, layout.stateFile, layout.graph, layout.graphLock, layout.sessions,
      layout.config, layout.service.appending("unit.json"), folder.appending(".handler.pid"),
      layout.tombstone(ChatID(1)), layout.chatState(ChatID(1)),
    ]
    for path in paths {
      FileTree.remove(path)
      try Directory.create(path.removingLastComponent())
      try makePipe(path)
    }
    #expect(findings(project).contains { $0.severity == .problem })
  }

  @Test("A unit that is written down and cannot be asked about is a warning")
  func unit() throws {
    let project = try TestProject()
    try write(project, "service/unit.json", "{\"version\":1}")
    #expect(bad(.unit, project).map(\.severity) == [.warning])
    try write(project, "service/unit.json", "torn")
    #expect(bad(.unit, project).map(\.severity) == [.warning])
    try write(
      project, "service/unit.json",
      "{\"version\":1,\"unit\":\"wg-dispatcher@no.service\",\"scope\":\"system\"}")
    #expect(bad(.unit, project).count == 1)
  }

  @Test("The document has each finding with all its members, and problems decide the status")
  func document() throws {
    let good = DoctorReport(project: "/p/.wg", findings: [.ok(.graph, "fine")]).report
    #expect(good.failure == nil)
    #expect(good.document?["counts"]?["ok"]?.int == 1)
    let finding = Finding.problem(.graph, "gone\u{1B}[2J", meaning: "m", advice: "a")
    let bad = DoctorReport(project: nil, findings: [finding]).report
    #expect(bad.failure?.code == .failed)
    #expect(bad.document?["ok"]?.bool == false)
    #expect(bad.document?["project"]?.isNull == true)
    #expect(
      bad.document?["findings"]?.array?.first?.object?.keys
        == ["check", "severity", "finding", "meaning", "advice"])
    #expect(bad.lines.allSatisfy { !$0.contains("\u{1B}") })
    #expect(bad.lines.last == "1 problem, 0 warnings, 0 notes")
  }
}
