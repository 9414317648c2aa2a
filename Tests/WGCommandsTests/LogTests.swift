import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

struct LogTests {
  private let folder: TemporaryDirectory
  private let path: FilePath

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("daemon.log")
  }

  private func append(_ text: String) throws {
    try RegularLog.openForAppending(path).writeAll(text.utf8)
  }

  @Test func `the last lines reach back into the rotated file`() throws {
    try folder.write("daemon.log.1", "1\n2\n3\n")
    try folder.write("daemon.log", "4\n5\n")
    #expect(try LogTail.lines(of: path, last: 2) == ["4", "5"])
    #expect(try LogTail.lines(of: path, last: 4) == ["2", "3", "4", "5"])
    #expect(try LogTail.lines(of: path, last: Int.max) == ["1", "2", "3", "4", "5"])
  }

  @Test func `no file is no log and an empty file is an empty one`() throws {
    #expect(try LogTail.lines(of: path, last: 10) == nil)
    #expect(try LogTail.lines(of: "/nonexistent/daemon.log", last: 10) == nil)
    try folder.write("daemon.log", "")
    #expect(try LogTail.lines(of: path, last: 10) == [])
  }

  @Test func `bytes that are not text do no harm`() throws {
    try folder.write("daemon.log", "a\n")
    try RegularLog.openForAppending(path).writeAll([0xFF, 0x00, 0x0A])
    #expect(try LogTail.lines(of: path, last: 10) == ["a", "\u{FFFD}\u{0}"])
  }

  @Test func `a follower gives new lines only when they are whole`() throws {
    try folder.write("daemon.log", "old\n")
    let follower = try LogFollower(path)
    try append("new\nha")
    #expect(try follower.next() == ["new"])
    try append("lf\n")
    #expect(try follower.next() == ["half"])
  }

  @Test func `a follower goes on across a rotation`() throws {
    try append("one\n")
    let follower = try LogFollower(path)
    try append("two\n")
    try AtomicFile.rename(path, to: folder.file("daemon.log.1"))
    try append("three\n")
    #expect(try follower.next() == ["two", "three"])
  }

  @Test func `a follower waits for a file that is not there yet`() throws {
    let follower = try LogFollower(path)
    try append("first\n")
    #expect(try follower.next() == ["first"])
  }
}
