internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Who holds a session, as the three lines of its lock file tell it.
public struct LockHolder: Equatable, Sendable {
  /// Zero when the holder has not put its number there yet: ask again in a moment.
  public let pid: Int32
  /// RFC 3339; when the lock was taken.
  public let startedAt: String
  /// What kind of program it is: `adapter`, `chat-nex`, `tui-pty` and others.
  public let kind: String

  public init(pid: Int32, startedAt: String, kind: String) {
    self.pid = pid
    self.startedAt = startedAt
    self.kind = kind
  }

  static let unknown = LockHolder(pid: 0, startedAt: "", kind: "")

  /// Reads the lines; what is missing or makes no sense is empty or zero.
  static func read(_ file: Descriptor) -> LockHolder {
    guard let bytes = try? file.read(at: 0, count: 512) else { return unknown }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    func line(_ index: Int) -> String { index < lines.count ? String(lines[index]) : "" }
    return LockHolder(
      pid: Int32(line(0)).map { max($0, 0) } ?? 0, startedAt: line(1), kind: line(2))
  }

  /// The lines, as the existing program reads them.
  var text: String { "\(pid)\n\(startedAt)\n\(kind)\n" }

  /// Whether the process that wrote the lines still lives, and is not this one.
  ///
  /// A process that started after the lock was taken has only inherited the number.
  var isLiveForeigner: Bool {
    guard pid > 0, pid != getpid(), let process = ProcessFacts.of(pid), !process.isZombie else {
      return false
    }
    guard let taken = Timestamp.parse(startedAt) else { return true }
    // The start is computed from whole seconds, hence the tolerance.
    return process.startedAt <= taken.addingReportingOverflow(2_000_000_000).partialValue
  }

  /// Whether the process that wrote the lines may be the one of this number that started then.
  ///
  /// A handler's number is written right after its start; a machine that is slow may need a while.
  public func isOf(startTicks: UInt64) -> Bool {
    guard let taken = Timestamp.parse(startedAt),
      let start = ProcessFacts.wallTime(ofTicks: Int64(clamping: startTicks))
    else { return false }
    let (lag, overflow) = taken.subtractingReportingOverflow(start)
    return !overflow && lag >= -2_000_000_000 && lag <= 60_000_000_000
  }
}
