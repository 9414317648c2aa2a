import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import Systemd
import TestSupport
import Testing

@testable import WGCommands

/// `wg service logs` and `wg chat show` before a journal of the test's own.
@Suite struct JournalLogTests {
  private let project: TestProject
  private var layout: ProjectLayout { project.layout }

  init() throws {
    project = try TestProject()
    _ = try project.makeChat("first")
  }

  private func entry(_ fields: (String, String)...) -> [(name: String, value: [UInt8])] {
    fields.map { (name: $0.0, value: Array($0.1.utf8)) }
  }

  private func daemon(
    _ message: String, _ priority: Int, of root: String? = nil,
    by user: UInt32 = CurrentProcess.user
  ) -> [(name: String, value: [UInt8])] {
    entry(
      ("_UID", "\(user)"), ("SYSLOG_IDENTIFIER", "wg-dispatcher"),
      ("WG_PROJECT", root ?? layout.root.string),
      ("PRIORITY", "\(priority)"), ("MESSAGE", message))
  }

  private func output(
    _ stream: String, _ message: String, by user: UInt32 = CurrentProcess.user
  ) -> [(name: String, value: [UInt8])] {
    entry(
      ("_UID", "\(user)"), ("SYSLOG_IDENTIFIER", "wg-chat-1"), ("_STREAM_ID", stream),
      ("MESSAGE", message))
  }

  private func opening(
    _ stream: String, of root: String? = nil, by user: UInt32 = CurrentProcess.user
  ) -> [(name: String, value: [UInt8])] {
    output(stream, HandlerStream.opening(1, of: root ?? layout.root.string), by: user)
  }

  private func say(_ entries: LogPlaces.Entries, _ output: LogPlaces.Output) throws {
    try LogPlaces(entries: entries, output: output).write(layout)
  }

  private func json(_ outcome: RunOutcome) throws -> JSONValue {
    try JSONValue.parse(Array(outcome.output.utf8))
  }

  private func lines(_ outcome: RunOutcome) throws -> [String]? {
    try json(outcome)["lines"]?.array?.compactMap(\.string)
  }

  @Test("The dispatcher's log is read from the journal, and another project's is not")
  func dispatcher() throws {
    let journal = try JournalFixture(raw: [
      daemon("Daemon starting", 6), daemon("of another", 6, of: "/srv/other/.wg"),
      daemon("no room\nat all", 3), daemon("slow", 4),
    ])
    try say(.both, .file)
    let outcome = project.run("service logs --json", journal: journal.folder)
    #expect(try json(outcome)["source"] == "journal")
    #expect(
      try lines(outcome) == [
        "2026-04-27T18:40:57.000Z [INFO] Daemon starting",
        "2026-04-27T18:40:59.000Z [ERROR] no room\u{240A}at all",
        "2026-04-27T18:41:00.000Z [WARN] slow",
      ])
    let last = project.run("service logs -n 1", journal: journal.folder)
    #expect(last.output == "2026-04-27T18:41:00.000Z [WARN] slow\n")
  }

  @Test("What the handlers of a chat wrote is told from another project's chat of that number")
  func handlers() throws {
    let journal = try JournalFixture(raw: [
      opening("a"), output("a", "one"), opening("x", of: "/srv/other/.wg"), output("x", "theirs"),
      output("a", "two"), output("y", "nobody's"), opening("b"), output("b", "three"),
      output("x", "theirs again"), output("a", "left behind"),
    ])
    try say(.both, .journal)
    let all = project.run("service logs --chat 1 --json", journal: journal.folder)
    #expect(try lines(all) == ["one", "two", "three", "left behind"])
    let last = project.run("service logs --chat 1 -n 2", journal: journal.folder)
    #expect(last.output == "three\nleft behind\n")
    let shown = project.run("chat show 1", journal: journal.folder)
    #expect(shown.output.hasSuffix("Last output:\n  three\n"), "\(shown.output)")
  }

  @Test("What another user sent in the project's name is not shown, and root's is")
  func forged() throws {
    let stranger = CurrentProcess.user + 4711
    let journal = try JournalFixture(raw: [
      daemon("ours", 6), daemon("forged", 6, by: stranger), daemon("root's", 6, by: 0),
      opening("f", by: stranger), output("f", "forged", by: stranger),
      opening("a"), output("a", "one"), opening("r", by: 0), output("r", "two", by: 0),
      opening("a", by: stranger), opening("g", by: stranger), output("g", "forged", by: stranger),
    ])
    try say(.both, .journal)
    let log = try #require(try lines(project.run("service logs --json", journal: journal.folder)))
    #expect(log.map { $0.hasSuffix("forged") } == [false, false], "\(log)")
    let all = project.run("service logs --chat 1 --json", journal: journal.folder)
    #expect(try lines(all) == ["one", "two"])
    let shown = project.run("chat show 1", journal: journal.folder)
    #expect(shown.output.hasSuffix("Last output:\n  two\n"), "\(shown.output)")
  }

  @Test("An entry of which nobody knows who sent it is not shown")
  func anonymous() throws {
    let journal = try JournalFixture(raw: [
      Array(daemon("whose?", 6).dropFirst()), Array(opening("a").dropFirst()), output("a", "one"),
    ])
    try say(.both, .journal)
    for command in ["service logs --json", "service logs --chat 1 --json"] {
      #expect((try lines(project.run(command, journal: journal.folder)) ?? []).isEmpty)
    }
  }

  @Test("A dispatcher that writes to files is read from files, whatever the journal has")
  func files() throws {
    let journal = try JournalFixture(raw: [daemon("in the journal", 6)])
    try say(.file, .file)
    try RegularLog.openForAppending(layout.daemonLog).writeAll("in the file\n".utf8)
    let outcome = project.run("service logs --json", journal: journal.folder)
    #expect(try lines(outcome) == ["in the file"])
    #expect(try json(outcome)["source"] == "file")
    #expect(try json(outcome)["path"]?.string == layout.daemonLog.string)
  }

  @Test("Where the journal has nothing any more, the file is read")
  func emptied() throws {
    let journal = try JournalFixture(raw: [daemon("of another", 6, of: "/srv/other/.wg")])
    try say(.both, .journal)
    try RegularLog.openForAppending(layout.daemonLog).writeAll("in the file\n".utf8)
    #expect(
      project.run("service logs", journal: journal.folder).output == "in the file\n")
  }

  @Test("Where the journal cannot be read, the file is, and a person is told when it has less")
  func unreadable() throws {
    try say(.journal, .journal)
    let none = project.run("service logs", journal: "/nonexistent")
    #expect(none.status == 1)
    #expect(none.diagnostics.contains("the journal cannot be read"), "\(none.diagnostics)")
    #expect(none.diagnostics.contains("systemd-journal"), "\(none.diagnostics)")
    try RegularLog.openForAppending(layout.daemonLog).writeAll("what was lost\n".utf8)
    let some = project.run("service logs", journal: "/nonexistent")
    #expect(some.status == 0 && some.output == "what was lost\n")
    #expect(some.diagnostics.contains("this is from \(layout.daemonLog)"), "\(some.diagnostics)")
    try say(.both, .journal)
    #expect(project.run("service logs", journal: "/nonexistent").diagnostics.isEmpty)
  }

  @Test("Output of a run that the journal was not there for is not forgotten")
  func partly() throws {
    let journal = try JournalFixture(raw: [opening("a"), output("a", "one")])
    try say(.both, .journal)
    try RegularLog.openForAppending(layout.handlerLog(ChatID(1))).writeAll("two\n".utf8)
    let outcome = project.run("service logs --chat 1", journal: journal.folder)
    #expect(outcome.output == "one\n")
    #expect(
      outcome.diagnostics.contains("\(layout.handlerLog(ChatID(1)))"), "\(outcome.diagnostics)")
  }

  @Test("A follower gives each new line once, also of a run that begins meanwhile")
  func following() throws {
    let journal = try JournalFixture(raw: [opening("a"), output("a", "one"), output("a", "two")])
    let log = JournalLog(
      subject: .handlers(ChatID(1)), project: layout.root, folder: journal.folder)
    let tail = try log.tail(1)
    #expect(tail.lines == ["two"])
    try journal.append(
      [
        output("a", "three"), opening("x", of: "/srv/other/.wg"), output("x", "theirs"),
        opening("b"), output("b", "four"),
      ], as: "two.journal", first: 10)
    var seen: [String] = []
    #expect(throws: Errno.canceled) {
      try log.follow(tail) { line throws(Errno) in
        seen.append(line)
        if seen.count == 2 { throw .canceled }
      }
    }
    #expect(seen == ["three", "four"])
  }
}
