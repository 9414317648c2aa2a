import Testing

/// What nobody may write, or only in the files named here.
@Suite struct ForbiddenTests {
  private func expectNone(
    _ pattern: some RegexComponent, in sources: [SwiftSource], except allowed: String...
  ) {
    let found = sources.filter { source in
      !allowed.contains { source.path.hasSuffix($0) }
    }.flatMap { $0.matches(pattern) }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func `no source can trap on purpose`() {
    expectNone(/\btry!|\bas!/, in: Repository.sources)
    expectNone(/[\w)\]]!(?!=)/, in: Repository.sources)
    expectNone(/\b(fatalError|preconditionFailure|assertionFailure)\(/, in: Repository.sources)
    expectNone(/@unchecked|nonisolated\(unsafe\)|unsafeBitCast/, in: Repository.sources)
  }

  @Test func `only one function of the tests sleeps, and none of the programs`() {
    let pattern = /\b(u|nano)?sleep\(|Task\.sleep|Thread\.sleep/
    expectNone(pattern, in: Repository.sources)
    expectNone(
      pattern, in: Repository.tests,
      except: "TestSupport/Eventually.swift", "test-child/Behaviour.swift")
  }

  @Test func `only one file of the programs reads clocks`() {
    expectNone(
      /\bDate\(|ContinuousClock|SuspendingClock|clock_gettime|gettimeofday|\btime\(nil\)/,
      in: Repository.sources, except: "LinuxSystem/Clock.swift", "wg-simulate/Report.swift",
      "wg-simulate/Console.swift", "wg-simulate/Campaign.swift")
  }

  @Test func `only one file of the programs draws random numbers`() {
    expectNone(
      /\.random\(|SystemRandomNumberGenerator|getrandom|getentropy|\bs?rand(om)?\(/,
      in: Repository.sources, except: "LinuxSystem/RandomBytes.swift")
  }

  @Test func `no type has the name of a module`() {
    let modules = Set(Repository.sources.map(\.module))
    for source in Repository.sources {
      for line in source.code {
        let match = line.firstMatch(of: /\b(struct|enum|class|actor|protocol)\s+(\w+)/)
        if let name = match.map({ String($0.2) }) {
          #expect(!modules.contains(name), "\(source.path): \(name)")
        }
      }
    }
  }

  @Test func `no name says nothing`() {
    let vague = /\b(struct|enum|class|protocol)\s+\w*(Manager|Helper|Helpers|Utils|Utilities)\b/
    expectNone(vague, in: Repository.sources + Repository.tests)
  }

  @Test func `no file names a place on somebody's machine`() {
    // Put together here, so that this file has none of them.
    let places = ["work", "root", "Users"].map { "/" + $0 + "/" }
    for path in Repository.files where path != "LICENSE" {
      let text = Repository.text(path)
      for place in places {
        #expect(!text.contains(place), "\(path) names \(place)")
      }
    }
  }

  @Test func `no file waits to be filled in`() {
    let marks = ["TO" + "DO", "FIX" + "ME", "Filled in by the " + "next commits"]
    for path in Repository.files where path != "LICENSE" {
      let text = Repository.text(path)
      for mark in marks { #expect(!text.contains(mark), "\(path) has \(mark)") }
    }
  }
}
