import ChatStorage
import JSONLines
import LinuxSystem
import Testing

@testable import WGCommands

/// The commands of the task graph.
struct TaskCommandTests {
  private let project: TestProject

  init() throws { project = try TestProject() }

  @Test func `a task is added, becomes ready, is done, and lets the next one begin`() throws {
    #expect(project.run(["add", "Buy paint", "--priority", "5"]).status == 0)
    let answer = project.run(
      ["add", "Paint the shed", "--after", "buy-paint", "-d", "-"], input: "Red.\n")
    #expect(answer.output == "Added task paint-the-shed (Paint the shed).\n", "\(answer)")
    #expect(try ready() == ["buy-paint"])
    #expect(project.run("done buy-paint").output == "Task buy-paint is done now.\n")
    #expect(project.run("done buy-paint").output == "Task buy-paint is done already.\n")
    #expect(try ready() == ["paint-the-shed"])
    #expect(project.run("show paint-the-shed").output.contains("Red."))
  }

  @Test func `the most urgent is ready first, and equals in the order of the graph`() throws {
    for (title, priority) in [("one", "10"), ("two", "50"), ("three", "10"), ("four", "0")] {
      #expect(project.run(["add", title, "--priority", priority]).status == 0)
    }
    #expect(try ready() == ["two", "one", "three", "four"])
  }

  @Test func `a task that would wait for itself is refused with the way round`() throws {
    #expect(project.run(["add", "First"]).status == 0)
    #expect(project.run(["add", "Second", "--after", "first"]).status == 0)
    let graph = try text()
    let refused = project.run(["add", "Zero", "--after", "second", "--before", "first"])
    #expect(refused.status == 64)
    #expect(refused.diagnostics.contains("zero -> second -> first -> zero"), "\(refused)")
    #expect(try text() == graph)
  }

  @Test func `a task put before others is what they wait for`() throws {
    #expect(project.run(["add", "Second"]).status == 0)
    #expect(project.run(["add", "First", "--before", "second"]).status == 0)
    #expect(try ready() == ["first"])
  }

  @Test func `unknown tasks, bad ids, bad times and taken ids are refused and change nothing`()
    throws
  {
    #expect(project.run(["add", "One"]).status == 0)
    let graph = try text()
    let cases: [([String], Int32)] = [
      (["add", "Two", "--after", "nowhere"], 66), (["add", " "], 64),
      (["add", "Two", "--id", ".chat-9"], 64), (["add", "Two", "--id", "one"], 1),
      (["add", "Two", "--not-before", "tomorrow"], 64),
      (["add", "Two", "-d", "x", "--description-file", "y"], 64),
      (["add", "Two", "--description-file", "missing"], 66),
      (["done", "nowhere"], 66), (["log", "nowhere", "x"], 66), (["archive", "one"], 1),
      (["archive", ".chat-1"], 64), (["retry", "nowhere"], 66),
    ]
    for (arguments, status) in cases {
      let outcome = project.run(arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome)")
      #expect(outcome.diagnostics.hasPrefix("wg: "), "\(arguments): \(outcome)")
    }
    #expect(try text() == graph)
  }

  @Test func `a failure is told with its reason, and retried`() throws {
    #expect(project.run(["add", "Lift off"]).status == 0)
    #expect(project.run(["fail", "lift-off", "--reason", "rain"]).status == 0)
    #expect(project.run("list").output.contains("[F] lift-off"))
    #expect(project.run("log lift-off").output.contains("Task marked as failed: rain"))
    #expect(project.run("retry lift-off").status == 0)
    #expect(try ready() == ["lift-off"])
  }

  @Test func `what is written into the log is shown, harmless for a terminal`() throws {
    #expect(project.run(["add", "Watch"]).status == 0)
    #expect(project.run(["log", "watch", "seen\u{1b}[2J"]).output == "Noted.\n")
    let shown = project.run("log watch").output
    #expect(shown.contains("seen") && !shown.contains("\u{1b}"))
  }

  @Test func `done and given up tasks leave the graph when they are old or named`() throws {
    for title in ["one", "two", "three"] { #expect(project.run(["add", title]).status == 0) }
    #expect(project.run("done one").status == 0)
    #expect(project.run("abandon two").status == 0)
    #expect(project.run("archive").output == "Nothing to archive.\n")
    #expect(project.run("archive --older 0 --dry-run").output.contains("Would move one"))
    #expect(project.run("archive one").output == "Moved one (done)\n")
    #expect(try project.json("archive --older 0")["archived"] == ["two"])
    #expect(try project.json("list").array?.compactMap { $0["id"]?.string } == ["three"])
    let kept = try RegularFile.openForReading(project.layout.taskArchive)?.readToEnd()
    #expect(String(decoding: kept ?? [], as: UTF8.self).split(separator: "\n").count == 2)
  }

  @Test func `a chat's task can be done and opened again, but an archived chat only restored`()
    throws
  {
    let number = try project.makeChat("release")
    #expect(project.run("done release").output == "Task .chat-\(number) is done now.\n")
    #expect(project.run("retry \(number)").output == "Task .chat-\(number) is in-progress now.\n")
    #expect(project.run("chat archive \(number)").status == 0)
    let refused = project.run("retry \(number)")
    #expect(refused.status == 1 && refused.diagnostics.contains("wg chat restore"), "\(refused)")
  }

  private func ready() throws -> [String] {
    try project.json("ready").array?.compactMap { $0["id"]?.string } ?? []
  }

  private func text() throws -> String {
    let file = try RegularFile.openForReading(project.layout.graph)
    return String(decoding: try file?.readToEnd() ?? [], as: UTF8.self)
  }
}
