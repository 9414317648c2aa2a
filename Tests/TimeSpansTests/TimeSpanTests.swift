import TestSupport
import Testing
import TimeSpans

struct TimeSpanTests {
  @Test(
    arguments: [
      ("2", 2_000_000_000), ("0", 0), ("0.3", 300_000_000), (".5s", 500_000_000),
      ("500ms", 500_000_000), ("500 ms", 500_000_000), ("5min", 300_000_000_000),
      ("5m", 300_000_000_000), ("1h 30min", 5_400_000_000_000), ("1h30min", 5_400_000_000_000),
      ("1.5h", 5_400_000_000_000), ("  2  ", 2_000_000_000), ("2 3", 5_000_000_000),
      ("1d", 86_400_000_000_000), ("2 weeks", 1_209_600_000_000_000), ("7us", 7_000),
      ("7µs", 7_000), ("1y", 31_557_600_000_000_000), ("1M", 2_629_800_000_000_000),
      ("55s500ms", 55_500_000_000), ("0.000000001", 1), ("00010", 10_000_000_000),
    ] as [(String, Int64)])
  func `systemd's spellings are understood`(_ text: String, _ nanoseconds: Int64) throws {
    #expect(try TimeSpan.parse(text).nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", " ", "-1", "+1", "s", "1x", "1.", "1.s", ".", "1 2 x", "5mins", "1,5", "1e3", "0x10",
    "99999999999999999999", "300y", "9223372036s 854775807ns", "1\u{0}", "５s", "--",
  ])
  func `what is no time span is refused and named`(_ text: String) {
    let error = #expect(throws: TimeSpanError.self) { try TimeSpan.parse(text) }
    #expect(error?.text == text)
  }

  @Test func `infinity is accepted only where it makes sense`() throws {
    #expect(throws: TimeSpanError.self) { try TimeSpan.parse("infinity") }
    #expect(try TimeSpan.parse("infinity", allowsInfinity: true) == .infinity)
    #expect(throws: TimeSpanError.self) { try TimeSpan.parse("infinity 2", allowsInfinity: true) }
  }

  @Test func `every description is read back to the same value`() throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let span = TimeSpan(nanoseconds: Int64(random.next() >> (1 + random.next() % 63)))
      let text = span.description
      #expect(try TimeSpan.parse(text, allowsInfinity: true) == span, "seed \(seed), \(text)")
    }
  }

  @Test func `random text never traps`() {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("0123456789.. smhdyMuwn\u{B5}in-x\t")
    for _ in 0..<5_000 {
      let length = Int(random.next() % 40)
      let text = String((0..<length).map { _ in alphabet.randomElement(using: &random) ?? "0" })
      if let span = try? TimeSpan.parse(text) { #expect(span.nanoseconds >= 0, "seed \(seed)") }
    }
  }

  @Test func `milliseconds are rounded up`() {
    #expect(TimeSpan(nanoseconds: 1).milliseconds == 1)
    #expect(TimeSpan(nanoseconds: 2_000_000).milliseconds == 2)
    #expect(TimeSpan.seconds(Int64.max).isInfinite)
  }
}
