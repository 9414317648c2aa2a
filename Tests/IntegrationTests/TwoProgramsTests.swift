import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The existing program's habits beside ours, in one project at the same time.
@Suite(.serialized) struct TwoProgramsTests {
  @Test func `eight programs that rewrite the graph and ours lose nothing of each other`() throws {
    let project = try Project()
    try project.start()
    let first = try project.createChat("--handler", "echo")
    let child = try TestPrograms.path("test-child")
    let count = Rounds.count(12)
    let others = try (0..<8).map { _ in
      try RunningCommand(
        child, ["rewrite-graph", project.wg.string, "\(count)"], environment: project.environment,
        directory: project.root)
    }
    var chats = [first]
    for number in 0..<count {
      try project.run("add", "ours", "--id", "ours-\(number)").mustSucceed()
      try project.run("log", "ours-\(number)", "noted \(number)").mustSucceed()
      if number % 4 == 0 { chats.append(try project.createChat("--handler", "echo")) }
    }
    try project.run("chat", "archive", "\(first)").mustSucceed()
    var wanted = Set((0..<count).map { "ours-\($0)" } + chats.map { ".chat-\($0)" })
    for other in others {
      let outcome = try other.finish(within: 240)
      #expect(outcome.exit.isSuccess, "\(outcome)")
      wanted.formUnion(outcome.output.split(separator: "\n").map(String.init))
    }
    let rows = try project.graphRows()
    #expect(rows.compactMap { $0["id"]?.string }.sorted() == wanted.sorted())
    #expect(wanted.count == 8 * count + count + chats.count)
    for number in 0..<count {
      let log = try project.row("ours-\(number)")?["log"]?.array ?? []
      #expect(log.contains { $0["message"]?.string == "noted \(number)" }, "ours-\(number)")
    }
    #expect(try project.row(".chat-\(first)")?["status"] == "done")
    for chat in chats.dropFirst() { #expect(try project.ask(chat, "hello") == "hello") }
    let left = try Directory.names(in: project.wg).filter { $0.hasPrefix(".graph.tmp.") }
    #expect(left.isEmpty)
  }
}
