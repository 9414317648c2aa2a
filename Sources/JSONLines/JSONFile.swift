public import LinuxSystem
public import SystemPackage

/// Whole files that hold one JSON object.
public enum JSONFile {
  /// Bytes a file about one thing may have: far beyond any real one.
  public static let sizeLimit: Int64 = 1 << 20

  /// Reads the object; nil when there is no file.
  ///
  /// Not an object, or more than `limit` bytes: `badData`, with the line where there is one. What is
  /// read is kept in memory many times its size, and whoever waits for this process waits meanwhile.
  public static func read(
    _ path: FilePath, limit: Int64 = sizeLimit
  ) throws(StorageError) -> JSONObject? {
    guard let file = try RegularFile.openForReading(path, limit: limit) else { return nil }
    let bytes = try StorageError.about(path) { () throws(Errno) in try file.readToEnd() }
    return try parse(bytes, path)
  }

  private static func parse(_ bytes: [UInt8], _ path: FilePath) throws(StorageError) -> JSONObject {
    do throws(JSONError) {
      return try JSONObject.parse(bytes)
    } catch {
      let line = bytes.prefix(error.offset).count { $0 == 0x0A } + 1
      throw StorageError(
        file: path, line: line, kind: .badData, reason: "not the JSON expected here: \(error)")
    }
  }

  /// Replaces the file by the object, indented, with a newline at the end.
  ///
  /// See `AtomicFile.replace`.
  public static func write(
    _ object: JSONObject, to path: FilePath, mode: UInt32 = 0o644,
    durability: AtomicFile.Durability = .durable
  ) throws(StorageError) {
    try StorageError.about(path) { () throws(Errno) in
      try AtomicFile.replace(
        path, with: object.encodedPretty() + [0x0A], mode: mode, durability: durability)
    }
  }

  /// Gives a file that cannot be read the name `NAME.corrupt-TIME`, and says so as a problem.
  ///
  /// For callers about to write the file: what was there stays for somebody to look at.
  public static func setAside(_ path: FilePath, because reason: String) throws(StorageError)
    -> Problem
  {
    let name = path.lastComponent?.string ?? "file"
    let aside = path.removingLastComponent().appending(
      "\(name).corrupt-\(Timestamp.logLine(Clock.wall))-\(String(RandomBytes.word(), radix: 36))")
    try StorageError.about(path) { () throws(Errno) in try AtomicFile.rename(path, to: aside) }
    return Problem(
      file: path, reason: "\(reason); set aside as \(aside.lastComponent?.string ?? "")")
  }
}
