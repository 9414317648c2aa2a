import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Many chats whose model is behind one endpoint, and the endpoint is down.
@Suite(.serialized) struct OutageTests {
  private static let chats = Int(CurrentProcess.variable("WG_TEST_OUTAGE_CHATS") ?? "") ?? 8

  /// The endpoint of `Tests/endpoint`, until it is killed; any port that is free, or that one.
  private func endpoint(_ project: Project, port: Int? = nil) throws -> (RunningCommand, Int) {
    let folder = project.scratch.file("endpoint")
    try Directory.create(folder)
    let file = folder.appending("port")
    _ = try AtomicFile.remove(file)
    let script = TestPrograms.packageRoot.appending("Tests/endpoint/endpoint.py")
    let more = port.map { ["--port", "\($0)"] } ?? []
    let command = try project.begin(system: "python3", [script.string, folder.string] + more)
    var found: Int?
    try project.until("the endpoint listens") {
      found = text(of: file).flatMap { Int($0) }
      return try found != nil || command.outputHasEnded()
    }
    if found == nil { throw FaultError("\(try command.finish())") }
    return (command, found ?? 0)
  }

  private func settle(_ project: Project, port: Int) throws {
    try project.write(
      project.wg.appending("config.toml"),
      """
      [dispatcher]
      handler = "openai"

      [handlers.openai]
      endpoint = "http://127.0.0.1:\(port)/v1"
      model = "echo"
      retries = 0

      [supervision]
      outage_delay = "1s"
      backoff_cap = "4s"
      # Nobody's message is at fault here, whoever tries how often.
      poison_limit = 1000
      crash_limit = 1000
      """)
  }

  /// Starts of chats that had failed before, after the outage began.
  private func tries(_ project: Project) throws -> [JSONValue] {
    let rows = try project.decisions()
    let after = rows.drop { $0["clause"]?.string != "outage-began" }
    return after.filter {
      $0["to"]?.string == "starting" && $0["from"]?.string != "starting"
        && ($0["failures"]?.int ?? 0) > 0
    }
  }

  @Test func `a dead endpoint costs few starts, and when it is back so are all chats`() throws {
    let project = try Project()
    let (down, port) = try endpoint(project)
    try down.process.signal(.kill)
    try settle(project, port: port)
    let chats = try (0..<Self.chats).map { _ in try project.createChat() }
    for chat in chats { try project.send("hello", to: chat) }
    try project.start()
    try project.until("some have tried for the others", within: 120, every: 200) {
      try tries(project).count >= 4
    }
    try checkOutage(project, of: chats)
    let before = try project.starts()
    let (up, _) = try endpoint(project, port: port)
    for chat in chats { try project.waitForAnswers(of: chat) }
    for chat in chats {
      #expect(try project.outbox(of: chat).map { $0["content"]?.string } == ["hello"])
      #expect(try project.starts(of: chat) <= 12, "chat \(chat)")
    }
    try up.process.signal(.kill)
    // One start for each that waited, and what was under way when the endpoint came back.
    #expect(try project.starts() <= before + chats.count + 2)
    #expect(project.logLines(containing: "several chats failed alike").count == 1)
    #expect(project.logLines(containing: "those that failed alike may start").count == 1)
  }

  private func checkOutage(_ project: Project, of chats: [Int]) throws {
    // Before it was seen to be an outage four may have started a few times; since then one at a time.
    let tries = try tries(project)
    #expect(try project.starts() <= chats.count + 20 + tries.count)
    let times = tries.compactMap { $0["timestamp"]?.string.flatMap(Timestamp.parse) }
    for (earlier, later) in zip(times, times.dropFirst()) {
      #expect(later - earlier >= 900_000_000)
    }
    let waiting = try #require(
      try chats.first { try project.json("why", "\($0)")["clause"]?.string == "outage" })
    let answer = try project.json("why", "\(waiting)", "--verify")
    #expect(answer["because"]?.string?.contains("failed like others") == true, "\(answer)")
    #expect(answer["verification"]?["differences"] == .array([]), "\(answer)")
    let exit = try project.status(of: waiting)["last_exit"]?.string
    #expect(exit == "code: 75; others failed alike, one of them tries")
    let metrics = try project.run("metrics").mustSucceed().output
    #expect(metrics.contains("wg_outages_total 1\n"))
    #expect(!metrics.contains("wg_chats_in_outage 0\n"))
  }
}
