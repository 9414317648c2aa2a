import Foundation
import Testing

/// What is where in the repository.
@Suite struct LayoutTests {
  private static func names(in folder: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/" + folder))
  }

  @Test func `the top level has what it is to have, and nothing else`() throws {
    let ours: Set<String> = [
      "Package.swift", "Sources", "Tests", "units", "man", "docs", "Benchmarks", "Examples",
      "README.md", "CONTRIBUTING.md", "LICENSE", "Makefile", ".ci", ".swift-format",
      ".editorconfig", ".gitignore",
    ]
    let notKept: Set<String> = [".git", ".build", "Package.resolved"]
    let found = try Self.names(in: ".").subtracting(notKept).filter { !$0.hasPrefix(".build-") }
    #expect(found == ours)
  }

  @Test func `no file that a program makes is kept, but for what the library promises`() {
    // What tests read may look like it.
    let made = Repository.files.filter { !$0.hasPrefix("Tests/") }.filter { path in
      ["o", "swiftmodule", "json", "html", "deb", "pyc", "log"].contains {
        path.hasSuffix("." + $0)
      }
    }
    #expect(made.isEmpty, "\(made)")
    #expect(Repository.files(in: "docs/api", ".txt") == ["docs/api/Supervision.txt"])
  }

  @Test func `each example of the library is built, looked at, and in the README`() throws {
    let folders = try Self.names(in: "Examples").filter { !$0.contains(".") }
    #expect(folders == ["three-programs", "ready-and-watchdog", "on-demand"])
    for folder in folders {
      #expect(Repository.text("Examples/Package.swift").contains("\"\(folder)\""))
      #expect(Repository.text(".ci/examples").contains("Example(folder, \"\(folder)\""))
      #expect(Repository.text("README.md").contains("(Examples/\(folder)/main.swift)"))
    }
  }

  @Test func `the example of three programs is short`() {
    #expect(Repository.lines("Examples/three-programs/main.swift").count <= 42)
  }
}
