internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TOMLDocuments

extension SettingsLayer {
  /// No file of settings is longer.
  static let longestFile = 256 * 1024

  /// Reads a file; nil when there is none.
  ///
  /// One that cannot be read says nothing, and why is among its problems. Never waits for anything
  /// but the disk.
  static func read(_ path: FilePath) -> SettingsLayer? {
    var layer = SettingsLayer(file: path)
    do throws(StorageError) {
      guard let file = try RegularFile.openForReading(path) else { return nil }
      let bytes = try StorageError.about(path) { () throws(Errno) in
        try file.read(at: 0, count: longestFile + 1)
      }
      layer.take(bytes)
    } catch {
      layer.note(.mistake, at: nil, error.reason)
    }
    return layer
  }

  /// Takes what a file's bytes say.
  mutating func take(_ bytes: [UInt8]) {
    guard bytes.count <= Self.longestFile else {
      return note(.mistake, at: nil, "it is longer than 256 KiB, which no settings need")
    }
    do throws(TOMLError) {
      take(try TOMLDocument.parse(bytes))
    } catch {
      note(.mistake, at: error.place, "this is no TOML: \(error.reason)")
    }
  }
}
