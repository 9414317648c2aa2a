internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The id up to which the inbox was dealt with, as a handler wrote it down.
struct Cursor: Equatable {
  /// Zero when there is no file, or when it makes no sense.
  let value: UInt64
  /// Why the file makes no sense, if it does not.
  let problem: String?

  /// What `.coordinator-cursor`, or another file of the kind, says.
  ///
  /// A cursor that cannot be read costs nothing but work: what has an answer is not pending anyway.
  static func read(_ directory: FilePath, _ file: String = ChatFile.cursor) -> Cursor {
    let path = directory.appending(file)
    do throws(StorageError) {
      guard let file = try RegularFile.openForReading(path) else { return Cursor(0) }
      let bytes = try StorageError.about(path) { () throws(Errno) in
        try file.read(at: 0, count: 64)
      }
      return Cursor(bytes)
    } catch {
      return Cursor(0, problem: "\(error.reason); taken as 0")
    }
  }

  private init(_ value: UInt64, problem: String? = nil) {
    self.value = value
    self.problem = problem
  }

  private init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace)
    if words.count == 1, words[0].first != "+", let value = UInt64(words[0]) {
      self.init(value)
    } else {
      self.init(0, problem: "it does not hold a number; taken as 0")
    }
  }

  /// Takes a cursor back that is ahead of the inbox: the ids between are about to be given again.
  ///
  /// Rows are lost where the power fails between their writing and their syncing, and where a full disk
  /// has them taken back; a handler may have dealt with them by then. What has an answer is not pending
  /// anyway. The caller holds the inbox's lock. Durable, since so is the row that comes next.
  static func reset(_ directory: FilePath) throws(StorageError) {
    let path = directory.appending(ChatFile.cursor)
    try StorageError.about(path) { () throws(Errno) in
      try AtomicFile.replace(path, with: Array("0\n".utf8))
    }
  }

  /// Puts an id into the file, in one step that readers see whole.
  static func write(
    _ id: UInt64, _ directory: FilePath, _ file: String = ChatFile.cursor
  ) throws(StorageError) {
    let path = directory.appending(file)
    try StorageError.about(path) { () throws(Errno) in
      try AtomicFile.replace(path, with: Array("\(id)\n".utf8), durability: .atomic)
    }
  }
}
