import JSONLines
import SupervisionCore
import Testing

@testable import DecisionRecords

/// What a decision was made from survives being written down.
@Suite struct CodecTests {
  @Test(arguments: ChildState.Name.allCases)
  func `what every event met in every state is read as it was written, and decides the same`(
    _ name: ChildState.Name
  ) throws {
    let world = World.inState(name)
    for first in World.events(world.run) {
      var one = world
      one.tell(first)
      for second in World.events(one.run) {
        var two = one
        two.now = two.now + .milliseconds(1_500)
        two.tell(second)
        for decision in two.decisions.dropFirst(world.decisions.count) {
          try expectSame(decision, "\(name), \(first), \(second)")
        }
      }
    }
  }

  private func expectSame(_ decision: Decision, _ comment: String) throws {
    let inputs = try #require(decision.inputs)
    let line = inputs.recorded.encoded()
    let read = try DecisionInputs(recorded: JSONValue.parse(line), of: decision.child)
    guard read == inputs else {
      Issue.record("\(comment): \(String(decoding: line, as: UTF8.self))")
      return
    }
    let again = read.decide()
    if !again.contains(where: { $0.says(decision) }) {
      Issue.record("\(comment): \(decision.clause) is not decided again, \(again.map(\.clause))")
    }
  }

  /// One in each phase.
  static let outages = Outages([
    Outage(
      FailureKind(.exited(69), of: ProgramID(.max)),
      phase: .suspected([.init(child: ChildID(4), at: Instant(nanoseconds: 17))])),
    Outage(
      FailureKind(.neverStarted, of: .unknown),
      phase: .waiting(
        since: Instant(nanoseconds: 30), until: Instant(nanoseconds: 50), delay: .seconds(20))),
    Outage(
      FailureKind(.signaled(11), of: ProgramID(3)),
      phase: .trying(ChildID(7), since: Instant(nanoseconds: 5), delay: .seconds(10))),
  ])

  /// A run that tries for others.
  static let trying = ChildState.running(
    Run(
      incarnation: Incarnation(3), process: .own, startedAt: Instant(nanoseconds: 5),
      answeredAtStart: 0, program: ProgramID(.max), lookAt: Instant(nanoseconds: 60)))

  @Test func `what several chats have in common is read as it was written`() throws {
    var writer = RecordWriter(at: Instant(nanoseconds: 100))
    writer.put(Self.outages)
    writer.put(Self.trying)
    let read = try RecordReader(writer.json, at: Instant(nanoseconds: 100))
    #expect(try read.outages() == Self.outages)
    #expect(try read.state() == Self.trying)
    let torn: JSONValue = [
      "outages": [["exit": "exited 1", "children": [1, 2], "crashes": [3]]]
    ]
    #expect(throws: RecordError.self) {
      try RecordReader(torn, at: Instant(nanoseconds: 0)).outages()
    }
  }

  @Test func `random histories are decided again as they were`() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    var settings = SupervisionSettings()
    settings.childBudget.burst = 2
    settings.idleTimeout = .infinity
    var world = World(settings: settings, seed: seed)
    for _ in 0..<10_000 {
      world.now = world.now + .milliseconds(Int64.random(in: 0..<30_000, using: &generator))
      let event = try #require(World.events(world.run).randomElement(using: &generator))
      world.tell(event)
    }
    #expect(world.decisions.count > 2_000)
    for decision in world.decisions { try expectSame(decision, "seed \(seed)") }
  }

  @Test(arguments: [true, false])
  func `the beginning of supervision is read as it was written`(_ isTombstoned: Bool) throws {
    let durable = DurableState(
      isDown: !isTombstoned, reservedIncarnation: Incarnation(64),
      crashes: [Instant(nanoseconds: -7), Instant(nanoseconds: 12)], backoffDelay: .seconds(2),
      parkedSince: Instant(nanoseconds: 4), parkedNewest: .max,
      lastConsumer: Instant(nanoseconds: 1))
    let world = World(
      Registration(
        durable: durable, isTombstoned: isTombstoned, isSettled: false, isTaskClosed: true,
        hasHolder: isTombstoned, hasEnded: !isTombstoned, sharedReservation: Incarnation(192)))
    #expect(!world.decisions.isEmpty)
    for decision in world.decisions { try expectSame(decision, "registered") }
  }

  @Test func `each field of the settings is read as it was written`() throws {
    var settings = SupervisionSettings()
    settings.startsChildren = false
    settings.idleTimeout = .infinity
    settings.stopTimeout = .zero
    settings.killTimeout = .seconds(1)
    settings.startTimeout = .seconds(2)
    settings.extensionLimit = .seconds(13)
    settings.watchdogTolerance = .seconds(14)
    settings.backoff.first = .seconds(3)
    settings.backoff.factor = 1.5
    settings.backoff.cap = .seconds(4)
    settings.backoff.jitter = 0.125
    settings.backoff.stableRun = .seconds(5)
    settings.crashLimit = 6
    settings.crashWindow = .seconds(7)
    settings.poisonLimit = 8
    settings.outage.limit = 15
    settings.outage.window = .seconds(16)
    settings.outage.delay = .seconds(17)
    settings.childBudget = BudgetPolicy(burst: 9, period: .seconds(10))
    settings.daemonBudget = BudgetPolicy(burst: 11, period: .seconds(12))
    for (name, field) in Mirror(reflecting: settings).children {
      let usual = Mirror(reflecting: UsualSettings.version1).children.first { $0.label == name }
      #expect("\(field)" != "\(usual?.value ?? "")", "\(name ?? "") is not tried")
    }
    let world = World(Registration(isTombstoned: true), settings: settings)
    for decision in world.decisions { try expectSame(decision, "settings") }
  }

  @Test func `a record that makes no sense is refused with what is wrong`() {
    let rows: [(String, String)] = [
      ("[]", "an object is expected"),
      ("{}", "`now` is missing"),
      (#"{"now":"x"}"#, #"`now` cannot be "x""#),
      (#"{"now":1,"event":{}}"#, "`kind` is missing"),
      (#"{"now":1,"event":{"kind":"sneezed"}}"#, #"`kind` cannot be "sneezed""#),
      (#"{"now":1,"event":{"kind":"ready"}}"#, "`run` is missing"),
      (#"{"now":1,"event":{"kind":"ready","run":1}}"#, "`state` is missing"),
      (
        #"{"now":1,"event":{"kind":"ready","run":1},"before":{"state":"backoff"}}"#,
        "`until` is missing"
      ),
    ]
    for (text, reason) in rows {
      #expect(throws: RecordError(reason)) {
        _ = try DecisionInputs(recorded: JSONValue.parse(Array(text.utf8)), of: ChildID(1))
      }
    }
  }
}

extension Decision {
  /// The same decision, whatever it was made from.
  func says(_ other: Decision) -> Bool {
    var (left, right) = (self, other)
    left.inputs = nil
    right.inputs = nil
    return left == right
  }
}
