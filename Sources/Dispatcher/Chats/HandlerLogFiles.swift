internal import ChatStorage
internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// `service/handler-N.log`: what handlers wrote.
struct HandlerLogFiles {
  let layout: ProjectLayout
  /// Above this size the file is cut when a run begins or ends; the last part is kept.
  static let limit: Int64 = 8 * 1024 * 1024
  static let kept: Int64 = 64 * 1024

  func open(_ chat: ChatID) throws(Errno) -> Descriptor {
    trim(chat)
    return try Descriptor.open(
      layout.handlerLog(chat), flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
  }

  /// Cuts a file that has grown too large.
  ///
  /// Whoever has it open for appending goes on at its new end.
  func trim(_ chat: ChatID) {
    guard let file = try? Descriptor.open(layout.handlerLog(chat), flags: O_RDWR),
      let size = try? file.status().size, size > Self.limit,
      let tail = try? file.read(at: size - Self.kept, count: Int(Self.kept))
    else { return }
    try? file.truncate(to: 0)
    let note = "[\(size - Self.kept) bytes of output were dropped here]\n"
    guard
      let end = try? Descriptor.open(layout.handlerLog(chat), flags: O_WRONLY | O_APPEND)
    else { return }
    try? end.writeAll(Array(note.utf8) + tail)
  }

  /// The last lines, for the record of a death.
  func lastLines(_ chat: ChatID, limit: Int = 512) -> String? {
    guard let file = try? Descriptor.open(layout.handlerLog(chat), flags: O_RDONLY),
      let size = try? file.status().size, size > 0,
      let bytes = try? file.read(at: max(0, size - Int64(limit)), count: limit)
    else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(3)
    return lines.isEmpty ? nil : lines.joined(separator: " | ")
  }
}
