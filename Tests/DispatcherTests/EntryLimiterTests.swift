import Testing

@testable import Dispatcher

/// Virtual time: seconds.
@Suite struct EntryLimiterTests {
  private var limiter = EntryLimiter()

  private func kind(
    _ event: LogEvent, _ chat: Int? = nil, _ sentence: String? = nil
  ) -> EntryLimiter.Kind {
    EntryLimiter.Kind(event: event, chat: chat.map { ".chat-\($0)" }, sentence: sentence)
  }

  private func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }

  /// How many of so many entries are written at one instant.
  private mutating func admitted(_ kind: EntryLimiter.Kind, of count: Int, at second: Int64) -> Int
  {
    (0..<count).count { _ in limiter.admits(kind, at: seconds(second)) }
  }

  @Test("Twenty entries of a kind pass at once, and then one for each ten seconds")
  mutating func bucket() {
    let crash = kind(.chatExited, 1)
    #expect(admitted(crash, of: 100, at: 0) == 20)
    #expect(admitted(crash, of: 100, at: 9) == 0)
    #expect(admitted(crash, of: 100, at: 10) == 1)
    #expect(admitted(crash, of: 100, at: 35) == 2)
    #expect(admitted(crash, of: 100, at: 40) == 1, "what was gained in part is not lost")
    #expect(admitted(crash, of: 100, at: 100_000) == 20, "never more than at the beginning")
  }

  @Test("One chat's flood takes nothing from another chat or another event")
  mutating func separation() {
    #expect(admitted(kind(.chatExited, 1), of: 1000, at: 0) == 20)
    #expect(admitted(kind(.chatExited, 2), of: 5, at: 0) == 5)
    #expect(admitted(kind(.chatSpawned, 1), of: 5, at: 0) == 5)
    #expect(admitted(kind(.storageProblem, nil, "graph.jsonl: full"), of: 1000, at: 0) == 20)
    #expect(admitted(kind(.storageProblem, nil, "sessions.json: full"), of: 1, at: 0) == 1)
  }

  @Test("What is left out is told once, 30 seconds after the first, also when nothing follows")
  mutating func summary() {
    #expect(limiter.nextDue == nil)
    _ = admitted(kind(.chatExited, 7), of: 25, at: 0)
    _ = admitted(kind(.chatExited, 7), of: 3, at: 5)
    #expect(limiter.nextDue == seconds(30))
    #expect(limiter.takeDue(at: seconds(29)).isEmpty)
    #expect(
      limiter.takeDue(at: seconds(30)) == [.init(event: .chatExited, chat: ".chat-7", count: 8)])
    #expect(limiter.takeDue(at: seconds(60)).isEmpty)
    #expect(limiter.nextDue == nil, "no timer runs for a log that is quiet")
  }

  @Test("At the end nothing that was left out goes untold")
  mutating func end() {
    _ = admitted(kind(.chatExited, 1), of: 21, at: 0)
    _ = admitted(kind(.chatExited, 2), of: 22, at: 1)
    #expect(limiter.takeAll().map(\.count) == [1, 2])
    #expect(limiter.takeAll().isEmpty)
  }

  @Test("Every entry is written or counted, whatever comes when")
  mutating func conservation() {
    var written = 0
    var told: UInt64 = 0
    var state: UInt64 = 20_261_122
    for step in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let now = Int64(step) * 137_000_000
      told += limiter.takeDue(at: now).reduce(0) { $0 + $1.count }
      if limiter.admits(kind(.chatExited, Int(state >> 62)), at: now) { written += 1 }
    }
    told += limiter.takeAll().reduce(0) { $0 + $1.count }
    #expect(written + Int(told) == 20_000)
    #expect(told > 0)
  }

  @Test("Ten thousand kinds do not fill the memory and are still bounded")
  mutating func kinds() {
    var written = 0
    for number in 0..<10_000 {
      let kind = kind(.storageProblem, nil, "file \(number)")
      if limiter.admits(kind, at: 0) { written += 1 }
    }
    #expect(written == EntryLimiter.largestCount + EntryLimiter.burst)
    #expect(limiter.takeAll().reduce(0) { $0 + Int($1.count) } == 10_000 - written)
  }

  @Test("Old kinds make room for new ones")
  mutating func pruning() {
    for number in 0..<EntryLimiter.largestCount {
      _ = limiter.admits(kind(.storageProblem, nil, "file \(number)"), at: 0)
    }
    let later = kind(.storageProblem, nil, "another file")
    #expect(admitted(later, of: 30, at: 1_000) == 20)
    #expect(admitted(kind(.storageProblem, nil, "and another"), of: 30, at: 1_000) == 20)
  }
}
