import Testing

/// What nobody may write, or only in the files named here.
@Suite struct ForbiddenTests {
  /// No line that has one of the words matches.
  private func expectNone(
    _ pattern: some RegexComponent, near words: [String], in sources: [SwiftSource],
    except allowed: String...
  ) {
    let found = sources.filter { source in
      !allowed.contains { source.path.hasSuffix($0) }
    }.flatMap { $0.matches(pattern, near: words) }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func `no source can trap on purpose`() {
    let sources = Repository.sources
    expectNone(/\btry!|\bas!/, near: ["!"], in: sources)
    expectNone(/[\w)\]]!(?!=)/, near: ["!"], in: sources)
    expectNone(
      /\b(fatalError|preconditionFailure|assertionFailure)\(/, near: ["Error(", "Failure("],
      in: sources)
    expectNone(/@unchecked|nonisolated\(unsafe\)|unsafeBitCast/, near: ["un"], in: sources)
  }

  @Test func `only one function of the tests sleeps, and none of the programs`() {
    let pattern = /\b(u|nano)?sleep\(|Task\.sleep|Thread\.sleep/
    expectNone(pattern, near: ["sleep"], in: Repository.sources)
    expectNone(
      pattern, near: ["sleep"], in: Repository.tests,
      except: "TestSupport/Eventually.swift", "test-child/Behaviour.swift")
  }

  @Test func `only one file of the programs reads clocks`() {
    expectNone(
      /\bDate\(|ContinuousClock|SuspendingClock|clock_gettime|gettimeofday|\btime\(nil\)/,
      near: ["Date(", "Clock", "clock_gettime", "gettimeofday", "time(nil)"],
      in: Repository.sources, except: "LinuxSystem/Clock.swift", "wg-simulate/Report.swift",
      "wg-simulate/Console.swift", "wg-simulate/Campaign.swift")
  }

  @Test func `only one file of the programs draws random numbers`() {
    expectNone(
      /\.random\(|SystemRandomNumberGenerator|getrandom|getentropy|\bs?rand(om)?\(/,
      near: ["rand", "Random", "getentropy"],
      in: Repository.sources, except: "LinuxSystem/RandomBytes.swift")
  }

  private static let kinds = ["struct", "enum", "class", "actor", "protocol"]

  @Test func `no type has the name of a module`() {
    let modules = Set(Repository.sources.map(\.module))
    for source in Repository.sources {
      for line in source.code where Self.kinds.contains(where: line.holds) {
        let match = line.firstMatch(of: /\b(struct|enum|class|actor|protocol)\s+(\w+)/)
        if let name = match.map({ String($0.2) }) {
          #expect(!modules.contains(name), "\(source.path): \(name)")
        }
      }
    }
  }

  @Test func `no name says nothing`() {
    let vague = /\b(struct|enum|class|protocol)\s+\w*(Manager|Helper|Helpers|Utils|Utilities)\b/
    let words = ["Manager", "Helper", "Util"]
    expectNone(vague, near: words, in: Repository.sources + Repository.tests)
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
