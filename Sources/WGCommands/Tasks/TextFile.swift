internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// A text that a person keeps in a file.
enum TextFile {
  /// Reads it whole; larger than a message may be is refused.
  static func read(_ path: FilePath) throws -> String {
    guard let file = try RegularFile.openForReading(path) else {
      throw ControlError(.notFound, "there is no file \(path)")
    }
    guard try file.status().size <= Int64(MessageText.limit) else {
      throw ControlError(.usage, "\(path) is longer than 1 MiB")
    }
    guard let text = String(validating: try file.readToEnd(), as: UTF8.self) else {
      throw ControlError(.badData, "\(path) is not UTF-8")
    }
    return text
  }
}
