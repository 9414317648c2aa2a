import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// `wg doctor`, with real dispatchers beside it.
@Suite struct DoctorTests {
  /// The severities of the findings about one thing.
  private func severities(_ check: String, _ outcome: CommandOutcome) throws -> [String] {
    let findings = try outcome.json()["findings"]?.array ?? []
    return findings.filter { $0["check"]?.string == check }.compactMap { $0["severity"]?.string }
  }

  @Test("A dispatcher that runs is well, and one that is stopped is a problem with exit 1")
  func stoppedDispatcher() throws {
    let project = try Project()
    let dispatcher = try project.start()
    let well = try project.run("doctor", "--json").mustSucceed()
    #expect(try severities("dispatcher", well) == ["ok"])
    #expect(try severities("leftovers", well) == ["ok"])
    #expect(try severities("programs", well) == ["ok"])
    try dispatcher.send(.stop)
    try project.until("it is stopped") { ProcessTable.state(dispatcher.pid) == "T" }
    let stopped = try project.run("doctor", "--json")
    #expect(stopped.exit == .exited(1))
    #expect(try severities("dispatcher", stopped) == ["problem"])
    #expect(stopped.output.contains("kill -CONT \(dispatcher.pid)"))
    try dispatcher.send(.continue)
  }

  @Test("Without a dispatcher none is started, and a killed one is told from one that ended")
  func noDispatcher() throws {
    let project = try Project()
    try project.start()
    try project.killDispatcher()
    let killed = try project.run("doctor", "--json").mustSucceed()
    #expect(try severities("leftovers", killed) == ["note", "note"])
    try project.start()
    try project.stop()
    let ended = try project.run("doctor", "--json").mustSucceed()
    #expect(try severities("leftovers", ended) == ["ok"])
    #expect(project.dispatchers().isEmpty)
  }

  @Test("A handler that outlived its dispatcher is told, and taken over as it says")
  func orphanedHandler() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    try project.start()
    #expect(try project.ask(chat, "hello").contains("hello"))
    try project.killDispatcher()
    let orphaned = try project.run("doctor", "--json").mustSucceed()
    #expect(try severities("handlers", orphaned) == ["note"])
    try project.start()
    let taken = try project.run("doctor", "--json").mustSucceed()
    #expect(try severities("handlers", taken) == [])
  }

  @Test("Without a project the machine alone is looked at; one that is named has to be there")
  func noProject() throws {
    let project = try Project(initialized: false)
    let machine = try project.run("doctor").mustSucceed()
    #expect(machine.output.contains("kernel") && machine.output.contains("only the machine"))
    #expect(try project.run("doctor", "--dir", "/no/such").exit == .exited(66))
  }

  @Test("A user who may not read a project is told so, and it stays as it is")
  func stranger() throws {
    guard CurrentProcess.user == 0, SystemProgram.isThere("setpriv") else {
      print("skipped: needs root and setpriv, to become another user")
      return
    }
    let project = try Project()
    _ = try project.createChat("--handler", "echo")
    for folder in [project.scratch.path, project.wg] {
      _ = folder.withPlatformString { chmod($0, 0o755) }
    }
    _ = project.wg.appending("chat/sessions.json").withPlatformString { chmod($0, 0o600) }
    let wg = try TestPrograms.path("wg")
    let copy = try project.write(project.scratch.path.appending("wg"), "", mode: 0o755)
    try AtomicFile.replace(copy, with: try Descriptor.open(wg, flags: 0).readToEnd(), mode: 0o755)
    let outcome = try project.begin(
      system: "setpriv",
      ["--reuid=65534", "--regid=65534", "--clear-groups", copy.string, "doctor", "--json"]
    ).finish()
    #expect(outcome.exit == .exited(1))
    #expect(try severities("permissions", outcome) == ["note"])
    #expect(try severities("sessions", outcome) == ["problem"])
    #expect(try severities("programs", outcome).contains("problem"))
  }
}
