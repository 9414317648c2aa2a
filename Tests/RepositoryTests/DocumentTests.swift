import Foundation
import Testing

/// README and its kin lead to what exists.
@Suite struct DocumentTests {
  private let documents = Repository.files.filter { $0.hasSuffix(".md") }

  @Test func `every link to a file leads to one`() {
    for document in documents {
      let folder = (document as NSString).deletingLastPathComponent
      for match in Repository.text(document).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
        let path = ((folder as NSString).appendingPathComponent(String(match.1)) as NSString)
          .standardizingPath
        let exists = FileManager.default.fileExists(atPath: Repository.root + "/" + path)
        #expect(exists, "\(document): \(match.1)")
      }
    }
  }

  @Test func `every make target that is named exists`() {
    let targets = Set(
      Repository.lines("Makefile").compactMap { $0.firstMatch(of: /^([a-z]+):/) }
        .map { String($0.1) })
    for document in documents {
      for match in Repository.text(document).matches(
        of: /(?:^|`)make ([a-z]+)/.anchorsMatchLineEndings())
      {
        #expect(targets.contains(String(match.1)), "\(document): make \(match.1)")
      }
    }
  }

  @Test func `the versions of the programs are the same`() throws {
    let versions = try ["wg", "wg-dispatcher", "wg-handler"].map { program in
      try RunningProgram.ours(program, "--version").output.split(separator: " ").last?.trimmed
    }
    #expect(Set(versions).count == 1, "\(versions)")
    let changelog = try #require(Repository.lines("units/debian/changelog").first)
    #expect(changelog.hasPrefix("wg-chat (\(versions.first.flatMap(\.self) ?? "?")) "))
  }
}
