import JSONLines
import SystemPackage
import TestSupport
import Testing

@testable import DecisionRecords
@testable import SupervisionCore

/// wg-decisions(5) names every member of a record, and no other.
@Suite struct DocumentedFieldTests {
  private func named() throws -> Set<String> {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent()
    let page = try #require(text(of: root.appending("man").appending("wg-decisions.5")))
    let items = page.split(separator: "\n").filter { $0.hasPrefix(".It Ql ") }
    return Set(items.map { String($0.dropFirst(7)) })
  }

  @Test func `each member and each kind of event is in wg-decisions(5), and nothing else`() throws {
    let keys = RecordKey.allCases.map(\.rawValue)
    let words = EventWord.allCases.map(\.rawValue)
    #expect(try named() == Set(keys + words))
  }

  @Test func `each member that is described is written by some history`() throws {
    var written: Set<String> = []
    for name in ChildState.Name.allCases {
      let world = World.inState(name)
      for first in World.events(world.run) {
        var one = world
        one.tell(first)
        for second in World.events(one.run) {
          var two = one
          two.decisions = []
          two.tell(second)
          _ = two.machine.apply(Self.unusual)
          two.keep(two.machine.shutDown(at: two.now))
          two.pass(.seconds(60))
          two.tell(.stopRequested)
          two.tell(.interruptRequested)
          two.pass(.seconds(60))
          for row in two.rows { Self.collect(row.json, into: &written) }
        }
      }
    }
    let begun = World(
      Registration(
        durable: DurableState(
          isDown: true, reservedIncarnation: Incarnation(1), crashes: [Instant(nanoseconds: 1)],
          backoffDelay: .seconds(1), parkedSince: Instant(nanoseconds: 1), parkedNewest: 4,
          lastConsumer: Instant(nanoseconds: 1)),
        isTombstoned: true, isSettled: false, isTaskClosed: true, hasHolder: true,
        hasEnded: true, sharedReservation: Incarnation(64)))
    var waiting = World(
      Registration(
        durable: DurableState(
          isDown: false, reservedIncarnation: Incarnation(1), crashes: [Instant(nanoseconds: 1)],
          backoffDelay: .seconds(1), parkedSince: nil, parkedNewest: nil, lastConsumer: nil,
          outage: FailureKind(.exited(75), of: ProgramID(1)))))
    waiting.tell(.interruptRequested)
    for row in begun.rows + waiting.rows { Self.collect(row.json, into: &written) }
    var outage = RecordWriter(at: Instant(nanoseconds: 0))
    outage.put(CodecTests.outages)
    outage.put(CodecTests.trying)
    Self.collect(outage.json, into: &written)
    let missing = Set(RecordKey.allCases.map(\.rawValue)).subtracting(written)
    #expect(missing.isEmpty, "\(missing.sorted())")
  }

  private static var unusual: SupervisionSettings {
    var settings = SupervisionSettings()
    settings.startsChildren = false
    settings.idleTimeout = .zero
    settings.stopTimeout = .zero
    settings.killTimeout = .zero
    settings.startTimeout = .zero
    settings.extensionLimit = .zero
    settings.watchdogTolerance = .zero
    settings.backoff.first = .zero
    settings.backoff.factor = 3
    settings.backoff.cap = .seconds(299)
    settings.backoff.jitter = 0
    settings.backoff.stableRun = .zero
    settings.crashLimit = 9
    settings.crashWindow = .zero
    settings.poisonLimit = 1
    settings.outage.limit = 2
    settings.outage.window = .zero
    settings.outage.delay = .zero
    settings.childBudget = BudgetPolicy(burst: 1, period: .zero)
    settings.daemonBudget = BudgetPolicy(burst: 1, period: .zero)
    return settings
  }

  private static func collect(_ json: JSONValue, into keys: inout Set<String>) {
    for member in json.object?.members ?? [] {
      keys.insert(member.key)
      collect(member.value, into: &keys)
      for element in member.value.array ?? [] { collect(element, into: &keys) }
    }
  }
}
