import Foundation
import SystemPackage
import TestSupport

/// The files of this package, as the tests about the package itself read them.
enum Repository {
  static let root = TestPrograms.packageRoot.string

  /// Everything that belongs to the project, by its path from the root, sorted.
  static let files: [String] = {
    let skipped: Set<String> = [".git", ".build"]
    let walker = FileManager.default.enumerator(atPath: root)
    var found: [String] = []
    while let path = walker?.nextObject() as? String {
      if skipped.contains(path) || path.hasPrefix(".build-") {
        walker?.skipDescendants()
      } else if isRegular(path) {
        found.append(path)
      }
    }
    return found.sorted()
  }()

  /// The paths below a folder, with one of these endings.
  static func files(in folder: String, _ endings: String...) -> [String] {
    files.filter { path in
      path.hasPrefix(folder + "/") && endings.contains { path.hasSuffix($0) }
    }
  }

  /// Every Swift source of the programs, without the tests.
  static let sources = files(in: "Sources", ".swift").map { SwiftSource($0) }
  static let tests = files(in: "Tests", ".swift").map { SwiftSource($0) }

  /// The text of a file; empty when it is not UTF-8.
  static func text(_ path: String) -> String {
    (try? String(contentsOfFile: root + "/" + path, encoding: .utf8)) ?? ""
  }

  static func lines(_ path: String) -> [Substring] {
    text(path).split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func isRegular(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: root + "/" + path)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }
}
