import Testing

/// `docs/security.md`: no claim without a test.
@Suite struct SecurityDocumentTests {
  private struct Claim {
    let text: Substring
    var tests: [(file: Substring, name: Substring)] = []
  }

  /// The claims, which stand between the first party and what is not defended against.
  private let claims: [Claim] = {
    let lines = Repository.lines("docs/security.md").drop { !$0.hasPrefix("## Other users") }
      .prefix { !$0.hasPrefix("## What is not") }
    var claims: [Claim] = []
    for line in lines {
      if line.hasPrefix("- ") { claims.append(Claim(text: line)) }
      if let match = line.wholeMatch(of: #/  - (\w+): (.+)/#), let last = claims.indices.last {
        claims[last].tests.append((match.1, match.2))
      }
    }
    return claims
  }()

  @Test func `each claim names its tests, and there are such tests`() {
    #expect(claims.count > 20)
    for claim in claims {
      #expect(!claim.tests.isEmpty, "\(claim.text)")
      for (file, name) in claim.tests {
        #expect(Self.isThere(name, in: file), "\(file): \(name)")
      }
    }
  }

  /// Files of tests need not have names of their own.
  private static func isThere(_ name: Substring, in file: Substring) -> Bool {
    Repository.files.filter { $0.hasPrefix("Tests/") && $0.hasSuffix("/\(file).swift") }
      .contains { Repository.text($0).contains("`\(name)`(") }
  }

  @Test func `every other line of the claims belongs to one`() {
    let lines = Repository.lines("docs/security.md").filter { $0.hasPrefix("  - ") }
    #expect(lines.count == claims.map(\.tests.count).reduce(0, +), "a test that is not read")
  }
}
