import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Whoever can be killed is killed, at any moment, and nothing is lost, doubled or invented.
@Suite(.serialized) struct KeeperRoundsTests {
  private enum Blow: CaseIterable {
    case dispatcher, keeper, handlers, dispatcherAndHandlers, dispatcherAndKeeper, restart
    case upgradeAndOne, upgradeAndKeeper, upgradeAndHandlers
  }

  /// Who knows how a handler ended that was nobody's child.
  enum Witness: CaseIterable {
    case kernel, keeper, nobody

    fileprivate func project() throws -> Project {
      let project = try Project()
      project.isKept = self == .keeper
      if self != .kernel { project.preloaded = try TestPrograms.path("libtest-old-kernel.so") }
      return project
    }
  }

  @Test(arguments: Witness.allCases)
  func `every status is right or unknown after kills at random`(witness: Witness) throws {
    let project = try witness.project()
    try serve(project)
    var numbers = SeededNumbers()
    var killed: Set<Int32> = []
    let chats = try (1...2).map { _ in try project.createChat("--handler", "echo") }
    let watch = OverlapWatch(project)
    for round in 1...Rounds.count(5) {
      for chat in chats { try project.appendMessage("round \(round)", to: chat) }
      numbers.spin(upTo: 40_000_000)
      let blow = Blow.allCases.randomElement(using: &numbers) ?? .dispatcher
      try strike(blow, project, &numbers, &killed)
      try serve(project)
      for chat in chats { try project.run("chat", "reset", "\(chat)").mustSucceed() }
    }
    for chat in chats { try project.waitForAnswers(of: chat) }
    #expect(try watch.finish() == nil, "seed \(Rounds.seed)")
    for chat in chats {
      #expect(try project.deliveryFault(of: chat) == nil, "seed \(Rounds.seed)")
    }
    let ends = try judgeExits(project, killed)
    print(
      """
      \(witness): \(Rounds.count(5)) rounds, seed \(Rounds.seed), \(killed.count) handlers killed: \
      \(ends.known) known as such, \(killed.count - ends.known) unknown, \(ends.wrong.count) wrong
      """)
    #expect(ends.wrong == [], "seed \(Rounds.seed)")
    try project.stop()
    try project.until("nobody is left") { project.processes().isEmpty }
  }

  private func strike(
    _ blow: Blow, _ project: Project, _ numbers: inout SeededNumbers, _ killed: inout Set<Int32>
  ) throws {
    switch blow {
    case .dispatcher: project.dispatchers().forEach { $0.kill() }
    case .keeper: project.keepers().forEach { $0.kill() }
    case .handlers: killHandlers(project, &killed)
    case .dispatcherAndHandlers:
      // Nobody starts the next dispatcher before the handlers are gone.
      for keeper in project.keepers() { try? keeper.send(.stop) }
      project.dispatchers().forEach { $0.kill() }
      killHandlers(project, &killed)
      for keeper in project.keepers() { try? keeper.send(.continue) }
    case .dispatcherAndKeeper: (project.keepers() + project.dispatchers()).forEach { $0.kill() }
    case .restart: try project.run("service", "restart").mustSucceed()
    case .upgradeAndOne:
      // The one that takes over, or the one that stands by.
      let upgrade = try begunUpgrade(project, &numbers)
      project.dispatchers().randomElement(using: &numbers)?.kill()
      _ = try upgrade.finish()
    case .upgradeAndKeeper:
      let upgrade = try begunUpgrade(project, &numbers)
      project.keepers().forEach { $0.kill() }
      _ = try upgrade.finish()
    case .upgradeAndHandlers:
      let upgrade = try begunUpgrade(project, &numbers)
      killHandlers(project, &killed)
      _ = try upgrade.finish()
    }
  }

  /// An upgrade that is somewhere between its beginning and its end.
  private func begunUpgrade(
    _ project: Project, _ numbers: inout SeededNumbers
  ) throws -> RunningCommand {
    let upgrade = try project.begin(["service", "upgrade", "--timeout", "20s"])
    numbers.spin(upTo: 150_000_000)
    return upgrade
  }

  private func killHandlers(_ project: Project, _ killed: inout Set<Int32>) {
    for handler in project.handlers() where (try? handler.send(.kill)) != nil {
      killed.insert(handler.pid)
    }
  }

  /// Waits until a dispatcher answers, and starts one where nobody else does.
  private func serve(_ project: Project) throws {
    try project.until("a dispatcher serves") {
      if project.answers() { return true }
      if project.keepers().isEmpty && project.dispatchers().isEmpty {
        try project.start("--backoff-initial", "1ms", "--stop-timeout", "5s")
      }
      return project.answers()
    }
  }

  /// How many of those who were killed are known to have been, and recorded ends that were others:
  /// who was killed was, and nobody else.
  private func judgeExits(
    _ project: Project, _ killed: Set<Int32>
  ) throws -> (known: Int, wrong: [String]) {
    let rows = try project.decisions()
    var leaders: [[Int64?]: Int32] = [:]
    for row in rows {
      guard let pid = row["pid"]?.int else { continue }
      leaders[[row["chat_id"]?.int, row["incarnation"]?.int]] = Int32(pid)
    }
    var known: Set<Int32> = []
    var wrong: [String] = []
    for row in rows {
      guard let exit = row["exit"]?.string, exit != "unknown",
        let pid = leaders[[row["chat_id"]?.int, row["incarnation"]?.int]]
      else { continue }
      if exit == "signaled 9" { known.insert(pid) }
      if (exit == "signaled 9") != killed.contains(pid) { wrong.append("\(pid): \(exit)") }
    }
    return (known.intersection(killed).count, wrong)
  }
}
