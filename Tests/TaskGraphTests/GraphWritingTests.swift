import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TaskGraph
import Testing

@Suite struct GraphWritingTests {
  /// Rows that a careless rewrite would change: odd spacing, numbers, escapes, bad rows, line ends.
  static let oddRows = [
    #"{"kind":"task", "id":"a","cost":1.0,"big":123456789012345678901234567890,"x":1e3}"#,
    "", "# a comment about .chat-1", "{not json at all", "\u{7}\u{0}binary .chat-",
    #"{"id":"b","z":1,"a":2,"z":3,"s":"\u00e9\/\ud800"}"#, "   ",
    #"{"kind":"resource","id":"r","after":[".chat-9"]}"#, "\r",
    #"{"id":"c","title":"crlf"}"# + "\r", #"{"id":".chat-01","title":"no chat"}"#,
  ]

  @Test func `rows that are not edited are copied byte for byte`() throws {
    let before = Self.oddRows.joined(separator: "\n") + "\n"
    let after = "\n" + Self.oddRows.reversed().joined(separator: "\n")
    let graph = try ScratchGraph(before + chatRow(1, #","cost":2.50"#) + "\r\n" + after)
    try graph.file.modify { editor throws(StorageError) in archiveAll(&editor) }
    let expected =
      #"{"kind":"task","id":".chat-1","title":"Chat 1","status":"done","priority":50,"#
      + #""tags":["archived"],"cost":2.50,"last_interaction_at":"\#(changeTime)","log":["#
      + #"{"timestamp":"\#(changeTime)","actor":"daemon","user":"erik","message":"gone"}]}"#
    #expect(try graph.text() == before + expected + "\r\n" + after)
  }

  @Test func `nothing is written when nothing changed`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    let inode = try graph.inode()
    try graph.file.modify { editor throws(StorageError) in
      for row in editor.chats { editor.replace(row.id, with: row) }
    }
    #expect(try graph.inode() == inode)
  }

  @Test func `nothing is written when the change throws`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    let inode = try graph.inode()
    let refusal = StorageError(file: "x", kind: .input, reason: "no")
    #expect(throws: refusal) {
      try graph.file.modify { editor throws(StorageError) in
        archiveAll(&editor)
        throw refusal
      }
    }
    #expect(try graph.inode() == inode)
  }

  @Test func `a new row never sticks to a last row without newline`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n{\"id\":\".chat-2\"")
    try graph.file.modify { editor throws(StorageError) in editor.append(try newChat(3)) }
    let lines = try graph.text().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 4)
    #expect(lines[1] == "{\"id\":\".chat-2\"")
    #expect(try graph.file.chatRows().rows.map(\.number) == [1, 3])
  }

  @Test func `the last row can be edited when its newline is missing`() throws {
    let graph = try ScratchGraph(chatRow(1))
    try graph.file.modify { editor throws(StorageError) in archiveAll(&editor) }
    #expect(try graph.text().hasSuffix("}]}"))
    #expect(try graph.file.chatRows().rows.first?.isArchived == true)
  }

  @Test func `mode and owner are kept`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    #expect(graph.file.path.withPlatformString { chmod($0, 0o640) } == 0)
    if getuid() == 0 { _ = graph.file.path.withPlatformString { chown($0, 12, 34) } }
    var old = stat()
    _ = graph.file.path.withPlatformString { stat($0, &old) }
    try graph.file.modify { editor throws(StorageError) in archiveAll(&editor) }
    var new = stat()
    _ = graph.file.path.withPlatformString { stat($0, &new) }
    #expect(new.st_ino != old.st_ino)
    #expect(new.st_mode == old.st_mode)
    #expect(new.st_uid == old.st_uid)
    #expect(new.st_gid == old.st_gid)
  }

  @Test func `a graph that is a symbolic link stays one`() throws {
    let other = try ScratchGraph("\(chatRow(1))\n")
    let graph = try ScratchGraph()
    let link = graph.file.path
    #expect(
      other.file.path.withPlatformString { old in link.withPlatformString { symlink(old, $0) } }
        == 0)
    try graph.file.modify { editor throws(StorageError) in archiveAll(&editor) }
    #expect(try FileStatus.of(link)?.kind == .symbolicLink)
    #expect(try other.file.chatRows().rows.first?.isArchived == true)
    #expect(try Directory.names(in: other.folder) == ["graph.jsonl"])
  }

  @Test func `a writer that must not wait is told that the lock is taken`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    let held = try FileLock.acquire(graph.file.lock)
    let error = #expect(throws: StorageError.self) {
      try graph.file.modify(.tryOnce) { editor throws(StorageError) in archiveAll(&editor) }
    }
    #expect(error?.kind == .locked)
    withExtendedLifetime(held) {}
  }

  @Test func `a change by a program without the lock is not overwritten`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    let intruder = "\(chatRow(1))\n\(chatRow(2))\n"
    let error = #expect(throws: StorageError.self) {
      try graph.file.modify { editor throws(StorageError) in
        archiveAll(&editor)
        try StorageError.about(graph.file.path) { () throws(Errno) in
          try AtomicFile.replace(graph.file.path, with: Array(intruder.utf8))
        }
      }
    }
    #expect(error?.kind == .locked)
    #expect(try graph.text() == intruder)
    #expect(Set(try Directory.names(in: graph.folder)) == ["graph.jsonl", "graph.lock"])
  }

  @Test func `what killed writers left behind is removed`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    for pid in [getpid(), 1, 99_999_999] {
      try AtomicFile.replace(graph.folder.appending(".graph.tmp.\(pid)"), with: [1, 2, 3])
    }
    try graph.file.modify { editor throws(StorageError) in archiveAll(&editor) }
    #expect(Set(try Directory.names(in: graph.folder)) == ["graph.jsonl", "graph.lock"])
  }

  @Test func `a full disk leaves the graph as it was`() throws {
    let graph = try ScratchGraph()
    let disk = graph.folder.appending("disk")
    try Directory.create(disk)
    defer { _ = disk.withPlatformString { rmdir($0) } }
    guard disk.withPlatformString({ mount("none", $0, "tmpfs", 0, "size=64k") }) == 0 else {
      print("skipped: a tmpfs cannot be mounted here (errno \(errno))")
      return
    }
    defer { _ = disk.withPlatformString { umount($0) } }
    let file = GraphFile(path: disk.appending("graph.jsonl"), lock: disk.appending("graph.lock"))
    let text =
      String(repeating: "# \(String(repeating: "x", count: 97))\n", count: 400) + chatRow(1)
    try AtomicFile.replace(file.path, with: Array(text.utf8))
    let error = #expect(throws: StorageError.self) {
      try file.modify { editor throws(StorageError) in archiveAll(&editor) }
    }
    #expect(error?.kind == .noSpace)
    let left = try Descriptor.open(file.path, flags: O_RDONLY).readToEnd()
    #expect(left == Array(text.utf8))
    #expect(Set(try Directory.names(in: disk)) == ["graph.jsonl", "graph.lock"])
  }

  @Test func `writers in many threads lose nothing of each other`() throws {
    let graph = try ScratchGraph("\(chatRow(0))\n")
    let file = graph.file
    try inThreads(20) { index in
      try file.modify { editor throws(StorageError) in
        editor.append(try newChat(UInt32(index + 1)))
      }
    }
    #expect(Set(try file.chatRows().rows.map(\.number)) == Set(0...20))
  }

  @Test func `a graph of 100,000 rows is edited in place of one row`() throws {
    let filler = (0..<100_000).map {
      #"{"kind":"task","id":"t\#($0)","title":"task","n":\#($0).0}"#
    }
    var lines = filler
    lines[77_777] = chatRow(5)
    let graph = try ScratchGraph(lines.joined(separator: "\n") + "\n")
    try graph.file.modify { editor throws(StorageError) in archiveAll(&editor) }
    let after = try graph.text().split(separator: "\n")
    #expect(after.count == 100_000)
    #expect(after[77_777].contains(#""tags":["archived"]"#))
    let differing = zip(after, filler).filter { $0 != $1 }
    #expect(differing.count == 1)
  }
}

func archiveAll(_ editor: inout GraphEditor) {
  for row in editor.chats {
    if let archived = row.archived("gone", by: change) { editor.replace(row.id, with: archived) }
  }
}

func newChat(_ number: UInt32) throws(StorageError) -> ChatRow {
  let chat = NewChat(
    number: number, commandArguments: ["wg-handler", "echo"], executorPreset: "echo",
    workingDirectory: "/p")
  guard let row = ChatRow(chat.row(by: change)) else {
    throw StorageError(file: "row", kind: .badData, reason: "a new row is no chat")
  }
  return row
}
