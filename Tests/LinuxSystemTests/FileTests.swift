import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite struct `Whole files` {
  @Test func `are replaced with their mode, leaving nothing else behind`() throws {
    let folder = try TemporaryDirectory()
    for content in ["first", "", "second"] {
      try AtomicFile.replace(folder.file("f"), with: Array(content.utf8), mode: 0o640)
      #expect(text(of: folder.file("f")) == content)
    }
    #expect(try Directory.names(in: folder.path) == ["f"])
    #expect(try FileStatus.of(folder.file("f"))?.permissions == 0o640)
  }

  @Test func `stay as they were when the replacement fails`() throws {
    let folder = try TemporaryDirectory()
    try Directory.create(folder.file("taken"))
    #expect(throws: Errno.isDirectory) { try AtomicFile.replace(folder.file("taken"), with: [1]) }
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try AtomicFile.replace(folder.file("none/f"), with: [1])
    }
    #expect(try Directory.names(in: folder.path) == ["taken"])
  }

  @Test func `take the place of a symbolic link, not of its target`() throws {
    let folder = try TemporaryDirectory()
    try folder.write("target", "old")
    symlink("target", folder.file("link").string)
    try AtomicFile.replace(folder.file("link"), with: Array("new".utf8), durability: .atomic)
    #expect(text(of: folder.file("target")) == "old")
    #expect(text(of: folder.file("link")) == "new")
    #expect(throws: Errno.tooManySymbolicLinkLevels) {
      symlink("target", folder.file("other").string)
      return try Descriptor.open(folder.file("other"), flags: O_RDONLY)
    }
  }

  @Test func `are removed once, and it is no error when they are gone`() throws {
    let folder = try TemporaryDirectory()
    try folder.write("f", "")
    #expect(try AtomicFile.remove(folder.file("f")))
    #expect(try !AtomicFile.remove(folder.file("f")))
  }

  @Test func `may bear dates that nanoseconds cannot count to`() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("f", "")
    var times = [timespec(tv_sec: 1, tv_nsec: 5), timespec(tv_sec: 1 << 35, tv_nsec: 0)]
    guard utimensat(AT_FDCWD, path.string, &times, 0) == 0 else { return }
    #expect(try FileStatus.of(path) != nil)
  }
}

@Suite struct `Folders` {
  @Test func `are made with those above them, once`() throws {
    let folder = try TemporaryDirectory()
    try Directory.create(folder.file("a/b/c"))
    try Directory.create(folder.file("a/b/c"))
    #expect(try Directory.names(in: folder.file("a/b")) == ["c"])
  }

  @Test func `that are to survive a power cut are made in the same way`() throws {
    let folder = try TemporaryDirectory()
    try Directory.createDurably(folder.file("a/b/c"))
    try Directory.createDurably(folder.file("a/b/c"))
    #expect(try Directory.names(in: folder.file("a/b")) == ["c"])
    try folder.write("f", "")
    #expect(throws: Errno.fileExists) { try Directory.createDurably(folder.file("f")) }
  }

  @Test func `are not made where something else is`() throws {
    let folder = try TemporaryDirectory()
    try folder.write("f", "")
    symlink("nowhere", folder.file("dangling").string)
    #expect(throws: Errno.fileExists) { try Directory.create(folder.file("f")) }
    #expect(throws: Errno.fileExists) { try Directory.create(folder.file("dangling")) }
    #expect(throws: Errno.notDirectory) { try Directory.create(folder.file("f/g")) }
    #expect(throws: Errno.fileExists) { try Directory.create(folder.file("dangling/g")) }
  }
}

@Suite struct `A file's lock` {
  @Test func `is not for other users, even if its file was`() throws {
    let folder = try TemporaryDirectory()
    let (new, old) = (folder.file("new"), try folder.write("old", ""))
    _ = old.withPlatformString { chmod($0, 0o664) }
    for path in [new, old] { _ = try FileLock.acquire(path) }
    #expect(try FileStatus.of(new)?.permissions == 0o640)
    #expect(try FileStatus.of(old)?.permissions == 0o660)
  }

  @Test func `is held by one, or shared by many`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("lock")
    do {
      let held = try FileLock.acquire(path)
      #expect(try FileLock.tryAcquire(path) == nil)
      #expect(try FileLock.tryAcquire(path, .shared) == nil)
      withExtendedLifetime(held) {}
    }
    let shared = try FileLock.acquire(path, .shared)
    #expect(try FileLock.tryAcquire(path, .shared) != nil)
    #expect(try FileLock.tryAcquire(path) == nil)
    withExtendedLifetime(shared) {}
  }

  @Test func `stays with a child that inherited it, until the child ends`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("lock")
    let child = try startHolder(of: path)
    #expect(try FileLock.tryAcquire(path) == nil)
    try child.process.signal(.kill)
    try child.awaitExit()
    // Another test's child has every descriptor from its birth until it executes its program.
    #expect(try eventually { try FileLock.tryAcquire(path) != nil })
  }

  private func startHolder(of path: FilePath) throws -> TestChild {
    let lock = try FileLock.acquire(path)
    return try TestChild("hang") { $0.descriptors.append(.init(lock.descriptor, as: 3)) }
  }
}

@Suite struct `A date and time` {
  @Test(arguments: [
    0, 1, -1, 1_777_311_172_630_148_860, -62_135_596_800,
    Int64.max, Int64.min + 1_000_000_000,
  ])
  func `is read back as it was written`(instant: Int64) {
    #expect(Timestamp.parse(Timestamp.rfc3339(instant)) == instant)
  }

  @Test func `is written in the two forms`() {
    let instant: Int64 = 1_777_311_172_630_148_860
    #expect(Timestamp.rfc3339(instant) == "2026-04-27T17:32:52.630148860+00:00")
    #expect(Timestamp.logLine(instant) == "2026-04-27T17:32:52.630Z")
  }

  @Test func `is read with any fraction and offset`() {
    #expect(Timestamp.parse("1970-01-01T00:00:01Z") == 1_000_000_000)
    #expect(Timestamp.parse("1970-01-01T02:00:01.5+02:00") == 1_500_000_000)
    #expect(Timestamp.parse("1969-12-31t19:00:00.0000000019-05:00") == 1)
    #expect(Timestamp.parse("2024-02-29T00:00:00Z") != nil)
  }

  @Test(arguments: [
    "", "1970", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z",
    "1970-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "1970-01-01T24:00:00Z",
    "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx", "9999-12-31T23:59:59Z",
    "2262-04-11T23:47:16.999999999Z", "1970-01-01T00:00:00+0200",
  ])
  func `that is none, or out of range, is nil`(text: String) {
    #expect(Timestamp.parse(text) == nil)
  }
}
