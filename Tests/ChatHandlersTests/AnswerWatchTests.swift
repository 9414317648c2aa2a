import Testing

@testable import ChatHandlers

@Suite struct AnswerWatchTests {
  private static let millisecond: Int64 = 1_000_000
  private let start: Int64 = 1_000_000_000_000

  private func at(_ milliseconds: Int64) -> Int64 { start + milliseconds * Self.millisecond }

  private func watch(
    prompts: [String] = [], learned: [String] = [], hasManyLines: Bool = false
  ) -> AnswerWatch {
    var watch = AnswerWatch(
      answerOf: CommandSettings(arguments: ["program"], prompts: prompts),
      learned: learned.compactMap { Prompt($0) }, hasManyLines: hasManyLines, at: start)
    watch.sent(at: start)
    return watch
  }

  private func print(_ text: String, _ watch: inout AnswerWatch, at instant: Int64) {
    watch.received(Array(text.utf8), at: instant)
  }

  @Test func `a prompt on its own line ends the answer at once`() {
    var watch = watch(prompts: [">>> "])
    print("2\n>>> ", &watch, at: at(5))
    #expect(watch.verdict(at: at(5)) { .unknown } == .complete)
    #expect(watch.content == "2")
  }

  @Test func `a prompt after text ends the answer when it stays the last word`() {
    var watch = watch(prompts: [">"])
    print("a ->", &watch, at: at(5))
    #expect(watch.verdict(at: at(100)) { .unknown } == nil)
    #expect(watch.deadline == at(305))
    #expect(watch.verdict(at: at(305)) { .unknown } == .complete)
  }

  @Test func `several lines may bring several prompts`() {
    var watch = watch(prompts: [">>> "], hasManyLines: true)
    print("2\n>>> ", &watch, at: at(5))
    #expect(watch.verdict(at: at(5)) { .unknown } == nil)
    print("4\n>>> ", &watch, at: at(50))
    #expect(watch.verdict(at: at(350)) { .unknown } == .complete)
    #expect(watch.content == "2\n4")
  }

  @Test func `with a prompt configured a pause ends nothing`() {
    var watch = watch(prompts: [">>> "])
    print("thinking", &watch, at: at(5))
    #expect(watch.verdict(at: at(60_000)) { .waiting } == nil)
    #expect(watch.deadline == at(120_000))
    #expect(watch.verdict(at: at(120_000)) { .waiting } == .timedOut)
  }

  @Test func `without a prompt a pause after output ends the answer`() {
    var watch = watch()
    print("one\n", &watch, at: at(100))
    #expect(watch.verdict(at: at(399)) { .unknown } == nil)
    #expect(watch.deadline == at(400))
    #expect(watch.verdict(at: at(400)) { .unknown } == .complete)
  }

  @Test func `a program that says nothing is given longer`() {
    var watch = watch()
    #expect(watch.verdict(at: at(300)) { .unknown } == nil)
    #expect(watch.verdict(at: at(1999)) { .unknown } == nil)
    #expect(watch.verdict(at: at(2300)) { .unknown } == .complete)
    #expect(watch.content == "")
  }

  @Test func `a silent program that reads its input again has answered`() {
    var watch = watch()
    #expect(watch.verdict(at: at(300)) { .waiting } == .complete)
  }

  @Test func `a pause of a busy program ends nothing before the time is up`() {
    var watch = watch()
    print("step 1\n", &watch, at: at(10))
    var now = at(10)
    while now < at(119_000) {
      #expect(watch.deadline > now)
      now = watch.deadline
      #expect(watch.verdict(at: now) { .busy } == nil)
    }
    #expect(watch.verdict(at: at(120_000)) { .busy } == .timedOut)
  }

  @Test func `the activity is not looked at more often than once a pause`() {
    var watch = watch()
    var looks = 0
    for instant in stride(from: Int64(0), to: 3000, by: 10) {
      _ = watch.verdict(at: at(instant)) {
        looks += 1
        return .busy
      }
    }
    #expect(looks == 9)
  }

  @Test func `nothing but the time ends an answer whose message is not yet written`() {
    var watch = AnswerWatch(
      answerOf: CommandSettings(arguments: ["program"]), learned: [], hasManyLines: false,
      at: start)
    watch.received(Array("busy\n".utf8), at: at(1))
    #expect(watch.verdict(at: at(10_000)) { .waiting } == nil)
    #expect(watch.deadline == at(120_000))
    #expect(watch.verdict(at: at(120_000)) { .waiting } == .timedOut)
  }

  @Test func `an interrupted program answers with what it printed`() {
    var watch = watch(prompts: [">>> "])
    print("1\n2\n", &watch, at: at(10))
    watch.interrupted(at: at(1000))
    print("KeyboardInterrupt\n>>> ", &watch, at: at(1001))
    #expect(watch.verdict(at: at(1001)) { .unknown } == .complete)
    #expect(watch.content == "1\n2\nKeyboardInterrupt")
  }

  @Test func `an interrupted program that shows no prompt is waited for a moment`() {
    var watch = watch(prompts: [">>> "])
    watch.interrupted(at: at(1000))
    #expect(watch.deadline == at(1300))
    #expect(watch.verdict(at: at(1300)) { .waiting } == .complete)
  }

  @Test func `a program that does not heed an interrupt is stuck`() {
    var watch = watch()
    watch.interrupted(at: at(1000))
    for instant in stride(from: Int64(1010), to: 3000, by: 10) {
      print("again\n", &watch, at: at(instant))
      #expect(watch.verdict(at: at(instant)) { .busy } == nil)
      #expect(watch.deadline <= at(3000))
    }
    #expect(watch.verdict(at: at(3000)) { .busy } == .stuck)
  }

  @Test func `a flood ends the answer`() {
    var watch = watch()
    let chunk = [UInt8](repeating: 0x79, count: 1 << 20)
    for _ in 0..<64 {
      watch.received(chunk, at: at(1))
      #expect(watch.verdict(at: at(1)) { .busy } == nil)
    }
    watch.received(chunk, at: at(2))
    #expect(watch.verdict(at: at(2)) { .busy } == .flooded)
    #expect(watch.content.utf8.count < AnswerText.limit + 100)
  }

  @Test func `what is shown before the first message is learned as the prompt`() {
    var watch = AnswerWatch(startOf: CommandSettings(arguments: ["python3"]), at: start)
    watch.received(Array("Python 3\n>>> ".utf8), at: at(50))
    #expect(watch.verdict(at: at(349)) { .unknown } == nil)
    #expect(watch.verdict(at: at(350)) { .unknown } == .complete)
    #expect(watch.promptShownAtStart == [Prompt(">>>")].compactMap { $0 })
  }

  @Test func `a program that starts in silence is ready when it waits`() {
    var watch = AnswerWatch(startOf: CommandSettings(arguments: ["bc"]), at: start)
    #expect(watch.verdict(at: at(300)) { .busy } == nil)
    #expect(watch.verdict(at: at(600)) { .waiting } == .complete)
    #expect(watch.promptShownAtStart == [])
  }

  @Test func `an endless answer time does not overflow`() {
    var settings = CommandSettings(arguments: ["program"])
    settings.answerTimeout = .max
    settings.quiet = .max
    settings.silence = .max
    var watch = AnswerWatch(answerOf: settings, learned: [], hasManyLines: false, at: start)
    watch.sent(at: start)
    watch.received([0x41], at: at(1))
    watch.interrupted(at: at(2))
    #expect(watch.verdict(at: at(3)) { .busy } == nil)
    #expect(watch.deadline == .max)
  }
}

extension AnswerWatch {
  /// Looks at the activity as a responder does: only when that is due.
  fileprivate mutating func verdict(at now: Int64, _ activity: () -> Activity) -> Verdict? {
    verdict(at: now, activity: isLookDue(at: now) ? activity() : nil)
  }
}
