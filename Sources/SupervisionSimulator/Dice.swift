internal import SupervisionCore

/// Draws what a simulation leaves to chance.
struct Dice {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// From 0 to one less than `bound`, which must be positive.
  ///
  /// The bias of this short cut does not matter for numbers as small as these.
  mutating func below(_ bound: Int) -> Int {
    Int(((generator.next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  mutating func chance(_ percent: Int) -> Bool { percent > 0 && below(100) < percent }

  mutating func seed() -> UInt64 { generator.next() }

  /// Zero for about half of the calls.
  mutating func weight(_ most: Int) -> Int { chance(50) ? 0 : below(most) + 1 }

  /// Microseconds between two actions: from nothing to several minutes.
  mutating func pause() -> Int64 {
    switch below(100) {
    case 0..<25: 0
    case 25..<45: Int64(below(1_000))
    case 45..<65: Int64(below(500_000))
    case 65..<85: Int64(below(20_000_000))
    default: Int64(below(400_000_000))
    }
  }

  /// How long news is on its way.
  mutating func lag(slow percent: Int) -> TimeSpan {
    let microseconds: Int
    if chance(percent) {
      microseconds = below(3_000_000)
    } else {
      microseconds = chance(40) ? 0 : below(2_000)
    }
    return TimeSpan(nanoseconds: Int64(microseconds) * 1_000)
  }

  mutating func milliseconds(upTo bound: Int) -> TimeSpan {
    .milliseconds(Int64(below(bound)))
  }
}
