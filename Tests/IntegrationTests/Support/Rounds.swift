import LinuxSystem

/// How often the random tests go round, and the numbers they draw.
enum Rounds {
  /// `WG_TEST_ROUNDS`, or the few that a normal run has time for.
  static func count(_ normal: Int) -> Int {
    CurrentProcess.variable("WG_TEST_ROUNDS").flatMap { Int($0) } ?? normal
  }

  /// `WG_TEST_SEED`, or a new one; failures name it.
  static let seed: UInt64 =
    CurrentProcess.variable("WG_TEST_SEED").flatMap { UInt64($0) } ?? RandomBytes.word()
  static let isFull = CurrentProcess.variable("WG_TEST_FULL") == "1"
}

/// SplitMix64: small, and the same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64 = Rounds.seed) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// Passes up to so much time without giving the processor away, to hit narrow windows.
  mutating func spin(upTo nanoseconds: Int64) {
    let until = Clock.monotonic + Int64.random(in: 0...nanoseconds, using: &self)
    while Clock.monotonic < until {}
  }
}
