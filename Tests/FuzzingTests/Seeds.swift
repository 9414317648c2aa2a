import Foundation

/// Inputs in files: for each target a folder, for each input a file with a name that says what it is.
enum Seeds {
  struct Seed {
    let name: String
    let bytes: [UInt8]
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Seeds")

  static func folders() throws -> [String] { try names(root) }

  static func of(_ target: String) throws -> [Seed] {
    let folder = root.appending(path: target)
    return try names(folder).map {
      Seed(name: $0, bytes: try Array(Data(contentsOf: folder.appending(path: $0))))
    }
  }

  private static func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }
}
