import SupervisionCore
import Testing

@testable import SupervisionDriver

extension SupervisionDriverTests {
  /// What the loop has no room for.
  @Suite struct LookingTests {
    @Test func `it is looked at until it is over, and then there is no timer any more`() throws {
      let driver = try ChildDriver(settings: SupervisionSettings(), seed: 1)
      var looks = 0
      driver.look {
        looks += 1
        return looks == 3
      }
      for turn in 1...3 {
        #expect(driver.lookAt != nil, "before turn \(turn)")
        try driver.turn()
      }
      #expect(looks == 3)
      #expect(driver.lookAt == nil)
    }

    @Test func `a look may find more to look at`() throws {
      let driver = try ChildDriver(settings: SupervisionSettings(), seed: 1)
      var seen: [String] = []
      driver.look {
        seen.append("first")
        driver.look {
          seen.append("second")
          return true
        }
        return true
      }
      try driver.turn()
      try driver.turn()
      #expect(seen == ["first", "second"])
      #expect(driver.lookAt == nil)
    }
  }
}
