import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct `Watching files` {
  @Test func `tells the names that come, go and change in a folder`() throws {
    let folder = try TemporaryDirectory()
    let watcher = try FileWatcher()
    let watch = try watcher.watch(folder.path, for: [.names, .modified])
    #expect(try watcher.read() == [])
    try folder.write("a", "text")
    try AtomicFile.rename(folder.file("a"), to: folder.file("b"))
    try AtomicFile.remove(folder.file("b"))
    try Directory.create(folder.file("c"))
    #expect(
      try watcher.read() == [
        .changed(watch, .created, name: "a"), .changed(watch, .modified, name: "a"),
        .changed(watch, .movedOut, name: "a"), .changed(watch, .movedIn, name: "b"),
        .changed(watch, .deleted, name: "b"),
        .changed(watch, [.created, .isDirectory], name: "c"),
      ])
  }

  @Test func `wakes an event loop`() throws {
    let folder = try TemporaryDirectory()
    let watcher = try FileWatcher()
    _ = try watcher.watch(folder.path, for: .created)
    let loop = try EventLoop()
    var events: [FileEvent] = []
    _ = try loop.add(watcher.descriptor, for: .readable) { _ in
      events += (try? watcher.read()) ?? []
    }
    #expect(try loop.runTurn(block: false) == 0)
    try folder.write("x", "")
    try loop.runTurn(block: true)
    #expect(events.count == 1)
  }

  @Test func `says when the watched thing is gone and the watch with it`() throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("f", "")
    let watcher = try FileWatcher()
    let watch = try watcher.watch(file, for: [.selfDeleted, .selfMoved])
    try AtomicFile.remove(file)
    #expect(
      try watcher.read() == [
        .changed(watch, .selfDeleted, name: nil), .changed(watch, .watchEnded, name: nil),
      ])
    watcher.remove(watch)
  }

  @Test func `ends when it is told to`() throws {
    let folder = try TemporaryDirectory()
    let watcher = try FileWatcher()
    let watch = try watcher.watch(folder.path, for: .names)
    watcher.remove(watch)
    try folder.write("x", "")
    #expect(try watcher.read() == [.changed(watch, .watchEnded, name: nil)])
    let again = try watcher.watch(folder.path, for: .names)
    #expect(again != watch)
  }

  @Test func `of what is not there is an error`() throws {
    let watcher = try FileWatcher()
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try watcher.watch("/nonexistent", for: .modified)
    }
  }

  @Test func `survives records that are cut anywhere, and reports an overflow`() {
    func words(_ values: [UInt32]) -> [UInt8] {
      values.flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
    }
    let overflow = words([UInt32.max, UInt32(IN_Q_OVERFLOW), 0, 0])
    let named =
      words([7, UInt32(IN_CREATE), 0, 16]) + Array("name".utf8) + Array(repeating: 0, count: 12)
    let expected: [FileEvent] = [
      .overflow, .changed(.init(number: 7), .created, name: "name"),
    ]
    #expect(FileWatcher.parse(overflow + named) == expected)
    for length in 0..<(overflow + named).count {
      let events = FileWatcher.parse(Array((overflow + named).prefix(length)))
      #expect(events == (length < overflow.count ? [] : [.overflow]))
    }
    #expect(FileWatcher.parse(words([1, 2, 3, UInt32.max])) == [])
  }
}
