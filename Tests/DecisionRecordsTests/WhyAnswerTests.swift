import Testing

@testable import DecisionRecords
@testable import SupervisionCore

/// What `wg why` answers is what wg-why(1) shows, word for word.
///
/// After a change of the sentences: `WG_WRITE_EXAMPLES=1 swift test --filter WhyAnswerTests` writes the
/// examples anew, one for each run of a test; read the difference.
@Suite(.serialized) struct WhyAnswerTests {
  @Test(arguments: ChildState.Name.allCases)
  func `the answer for each state is the example in wg-why(1)`(_ state: ChildState.Name) throws {
    try expectExample("state \(state.rawValue)", World.inState(state).situation().lines())
  }

  @Test(arguments: Set(Clause.allCases.map(\.rule)).sorted())
  func `the answer for each rule is the example in wg-why(1)`(_ rule: Int) throws {
    let world = try #require(World.showing(rule: rule), "no example shows rule \(rule)")
    #expect(world.decisions.contains { $0.clause.rule == rule })
    try expectExample("rule \(rule)", world.explained())
  }

  @Test func `wg-why(1) has no other examples`() throws {
    let names =
      ChildState.Name.allCases.map { "state \($0.rawValue)" }
      + Set(Clause.allCases.map(\.rule)).map { "rule \($0)" }
    #expect(Set(try ManualExamples("wg-why.1").names) == Set(names))
  }

  private func expectExample(_ name: String, _ lines: [String]) throws {
    let page = try ManualExamples("wg-why.1")
    try page.replace(name, with: lines)
    #expect(try ManualExamples("wg-why.1").example(name) == lines, "\(name)")
  }

  @Test func `every answer for every clause has a sentence, a rule, and what comes next`() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    var clauses: Set<Clause> = []
    for _ in 0..<80 {
      guard let name = ChildState.Name.allCases.randomElement(using: &generator) else { return }
      var world = World.inState(name)
      for _ in 0..<80 {
        world.now = world.now + .milliseconds(Int64.random(in: 0..<20_000, using: &generator))
        guard let event = World.events(world.run).randomElement(using: &generator) else { return }
        let before = world.decisions.count
        world.tell(event)
        guard world.decisions.count > before else { continue }
        clauses.formUnion(world.decisions[before...].map(\.clause))
        expectWhole(world.situation(), "seed \(seed): \(event)")
        // Rows are made of all; only the last ones matter here.
        world.decisions = Array(world.decisions.suffix(20))
      }
    }
    #expect(clauses.count > 25, "seed \(seed)")
  }

  private func expectWhole(_ situation: Situation, _ comment: String) {
    let answer = Explanation(situation)
    for text in [answer.headline, answer.because ?? "", answer.ruleText ?? "", answer.next] {
      #expect(!text.isEmpty && !text.contains("nil") && !text.contains("\n"), "\(comment): \(text)")
    }
    #expect(situation.lines().allSatisfy { !$0.hasSuffix(" ") && $0.count < 200 })
    #expect(!answer.changes.isEmpty)
  }

  @Test func `each clause has a sentence of its own, and no sentence is only its name`() {
    for clause in Clause.allCases {
      let row = DecisionRow(
        sequence: 1, time: 0, chat: 3, step: 0, from: .resting, to: .stopping, clause: clause,
        consumers: 0, pending: 0, failures: 0, delay: 0)
      #expect(row.sentence != clause.rawValue && row.sentence.contains(" "), "\(clause)")
      #expect(!clause.ruleSentence.hasPrefix("rule "), "\(clause)")
    }
  }
}

extension World {
  /// A history that ends with a decision by that rule.
  static func showing(rule: Int) -> World? {
    var world = World()
    switch rule {
    case 1: world.messageWaits()
    case 2:
      world.messageWaits()
      world.tell(.spawned(world.run, awaitsReadiness: true))
      world.pass(.milliseconds(35))
      world.tell(.ready(world.run))
    case 3:
      world = .running()
      world.tell(.consumerDetached)
      world.pass(.seconds(90))
      world.ends(.exited(0))
    case 4:
      world = .running()
      world.tell(.consumerDetached)
      world.pass(.seconds(300))
      world.answer()
    case 5:
      world = .running()
      world.crashes(times: 2)
    case 6:
      world = .running()
      world.crashes(times: 8)
      world.pass(.seconds(400))
      world.messageWaits()
    case 7:
      world.messageWaits()
      world.tell(.spawned(world.run, awaitsReadiness: false))
      world.crashes(times: 3)
    default: return showingRest(rule)
    }
    return world
  }

  private static func showingRest(_ rule: Int) -> World? {
    var world = World()
    switch rule {
    case 9:
      world.messageWaits()
      world.tell(.holderFound)
    case 10:
      world.tell(.taskVanished)
      world.tell(.tombstoned)
    case 11:
      world = .running()
      world.tell(.archiveRequested(.purge, grace: nil))
      world.tell(.tombstoned)
      world.pass(.milliseconds(20))
      world.tell(.exited(world.run, .signaled(15), leftovers: false))
    case 12:
      world = World(Registration(isTombstoned: true))
      world.pass(.seconds(5))
      world.tell(.refused(.message))
    case 13:
      world = .running()
      world.tell(.stopRequested)
      world.ends(.exited(0))
    case 14:
      world = .running()
      world.tell(.shutdownRequested)
    default: return nil
    }
    return world
  }
}
