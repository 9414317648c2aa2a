import Testing

/// What the fuzzers start from, and what they found once.
struct SeedTests {
  @Test(arguments: FuzzTarget.all.map(\.name))
  func `every seed is read as it must be`(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let seeds = try Seeds.of(name)
    #expect(seeds.count >= 3, "too few seeds for \(name)")
    for seed in seeds {
      #expect(throws: Never.self, "\(name)/\(seed.name)") { try target.check(seed.bytes) }
    }
  }

  @Test func `no folder of seeds is left without its target`() throws {
    #expect(try Seeds.folders() == FuzzTarget.all.map(\.name).sorted())
  }
}
