import Foundation
import SystemPackage
import TestSupport
import Testing

extension World {
  /// What the README tells people to type.
  @Suite struct ReadmeTests {
    /// The shell blocks below a heading, up to the next one of its rank.
    private func blocks(below heading: String) throws -> [String] {
      let readme = try #require(text(of: TestPrograms.packageRoot.appending("README.md")))
      let section = try #require(
        readme.components(separatedBy: "\n## ").first { $0.hasPrefix(heading) },
        "README.md has no section \(heading)")
      return section.matches(of: /(?ms)^```sh\n(.*?)^```/).map { String($0.1) }
    }

    @Test func `Run it as a service works as it is written`() throws {
      let service = try SystemService()
      let blocks = try blocks(below: "Run it as a service")
      #expect(!blocks.isEmpty)
      // In one shell, as a person would: what is built is there, so that `make` has nothing to build.
      let script = "set -e; cd '\(TestPrograms.packageRoot)'; export SWIFT=true PAGER=cat\n"
      let outcome = try shell(script + blocks.joined(separator: "\n"), within: 180)
      print(outcome.output)
      #expect(try service.journal.entries("WG_EVENT=dispatcher.ready").isEmpty == false)
    }
  }
}
