import JSONLines
import LinuxSystem
import SystemPackage
import TaskGraph
import Testing

struct TaskArchiveTests {
  private let graph: ScratchGraph
  private let archive: TaskArchive

  init() throws {
    graph = try ScratchGraph(
      "# made by hand\r\n" + Self.row("a", "done") + "\r\n" + Self.row("b", "open") + "\n"
        + Self.row("c", "done", after: "a") + "\n\n" + chatRow(1) + "\n"
        + Self.row("d", "abandoned"))
    archive = TaskArchive(
      path: graph.folder.appending("archive.jsonl"),
      lock: graph.folder.appending("archive.jsonl.lock"))
  }

  private static func row(_ id: String, _ status: String, after: String? = nil) -> String {
    let edge = after.map { #","after":["\#($0)"]"# } ?? ""
    return #"{"kind":"task","id":"\#(id)","title":"T","status":"\#(status)","x":1.0\#(edge)}"#
  }

  @Test func `moved rows stand in the archive as they were, and the others stay byte for byte`()
    throws
  {
    let moved = try archive.move(from: graph.file) { $0.status.finishesDependency }
    #expect(moved.map(\.id) == ["a", "c", "d"])
    #expect(
      try graph.text() == "# made by hand\r\n" + Self.row("b", "open") + "\n\n" + chatRow(1) + "\n")
    #expect(
      try archived() == [
        Self.row("a", "done"), Self.row("c", "done", after: "a"), Self.row("d", "abandoned"),
      ])
  }

  @Test func `a task that an unfinished one comes after stays`() throws {
    try graph.write(Self.row("a", "done") + "\n" + Self.row("b", "open", after: "a") + "\n")
    let before = try graph.text()
    #expect(try archive.move(from: graph.file) { $0.status == .done }.isEmpty)
    #expect(try graph.text() == before)
    #expect(try FileStatus.of(archive.path) == nil)
  }

  @Test func `a row of another kind stays although a task that goes has its id`() throws {
    let other = #"{"kind":"note","id":"a","text":"about a"}"#
    try graph.write(other + "\n" + Self.row("a", "done") + "\n")
    #expect(try archive.move(from: graph.file) { $0.status == .done }.map(\.id) == ["a"])
    #expect(try graph.text() == other + "\n")
  }

  @Test func `a rehearsal writes nothing`() throws {
    let before = try graph.text()
    let moved = try archive.move(from: graph.file, rehearses: true) { $0.status == .done }
    #expect(moved.count == 2)
    #expect(try graph.text() == before)
    #expect(try FileStatus.of(archive.path) == nil)
  }

  @Test
  func `every row of an id goes when its last row is wanted, and none when only an earlier one is`()
    throws
  {
    try graph.write(
      Self.row("a", "open") + "\n" + Self.row("a", "done") + "\n" + Self.row("b", "done") + "\n"
        + Self.row("b", "open") + "\n")
    #expect(try archive.move(from: graph.file) { $0.status == .done }.map(\.id) == ["a"])
    #expect(try graph.text() == Self.row("b", "done") + "\n" + Self.row("b", "open") + "\n")
  }

  @Test func `what cannot be archived is not taken out of the graph`() throws {
    try Directory.create(archive.path)
    let before = try graph.text()
    #expect(throws: StorageError.self) {
      try archive.move(from: graph.file) { $0.status == .done }
    }
    #expect(try graph.text() == before)
  }

  private func archived() throws -> [String] {
    let file = try #require(try RegularFile.openForReading(archive.path))
    return String(decoding: try file.readToEnd(), as: UTF8.self).split(separator: "\n")
      .map(String.init)
  }
}
