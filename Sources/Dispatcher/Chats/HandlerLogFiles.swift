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
    return try open(layout.handlerLog(chat))
  }

  private func open(_ path: FilePath) throws(Errno) -> Descriptor {
    try Descriptor.open(path, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
  }

  /// Cuts a file that has grown too large.
  ///
  /// Whoever has it open for appending goes on at its new end. A file with another name elsewhere is
  /// left alone.
  func trim(_ chat: ChatID) {
    guard (try? FileStatus.of(layout.handlerLog(chat)))?.size ?? 0 > Self.limit,
      let file = try? RegularFile.openForUpdating(layout.handlerLog(chat)),
      let status = try? file.status(), status.size > Self.limit, status.links == 1,
      let tail = try? file.read(at: status.size - Self.kept, count: Int(Self.kept))
    else { return }
    try? file.truncate(to: 0)
    let note = "[\(status.size - Self.kept) bytes of output were dropped here]\n"
    guard let end = try? open(layout.handlerLog(chat)) else { return }
    try? end.writeAll(Array(note.utf8) + tail)
  }

  /// The last lines, for the record of a death.
  func lastLines(_ chat: ChatID, limit: Int = 512) -> String? {
    guard let file = try? RegularFile.openForReading(layout.handlerLog(chat), limit: .max),
      let size = try? file.status().size, size > 0,
      let bytes = try? file.read(at: max(0, size - Int64(limit)), count: limit)
    else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(3)
    return lines.isEmpty ? nil : lines.joined(separator: " | ")
  }
}
