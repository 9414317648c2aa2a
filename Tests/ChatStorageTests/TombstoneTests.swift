import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct TombstoneTests {
  private let author = Tombstone.Author(uid: 1000, pid: 42, command: "wg service purge-chats")

  private func stone(
    _ number: UInt32, _ reason: Tombstone.Reason = .purge, at time: String? = nil
  ) -> Tombstone {
    Tombstone(
      chatID: ChatID(number), session: SessionID("0196a1b2-0000-7000-8000-000000000001"),
      reason: reason, by: author, purgedAt: time, evidence: ["pids": [1]])
  }

  private func project() throws -> (folder: ScratchFolder, layout: ProjectLayout) {
    let folder = try ScratchFolder()
    return (folder, ProjectLayout(root: folder.path))
  }

  @Test func `the file has the documented members`() throws {
    let (folder, layout) = try project()
    try TombstoneStore(layout).write([stone(6, at: "2026-04-27T17:32:52.000000001+00:00")])
    let object = try JSONObject.parse(try folder.bytes("service/tombstones/chat-6.json"))
    #expect(
      object.description
        == #"{"version":1,"chat_id":6,"task_id":".chat-6","#
        + #""session":"0196a1b2-0000-7000-8000-000000000001","#
        + #""purged_at":"2026-04-27T17:32:52.000000001+00:00","reason":"purge","#
        + #""by":{"uid":1000,"pid":42,"command":"wg service purge-chats"},"evidence":{"pids":[1]}}"#
    )
    let read = try #require(try TombstoneStore(layout).tombstone(for: ChatID(6)))
    #expect(read.by == author)
    #expect(read.reason == .purge)
    #expect(read.isIntact)
  }

  @Test func `what stands keeps its time, and writing again is no error`() throws {
    let (folder, layout) = try project()
    defer { withExtendedLifetime(folder) {} }
    let store = TombstoneStore(layout)
    #expect(try store.write([stone(1, at: "first"), stone(1, at: "twice")]) == [ChatID(1)])
    #expect(try store.write([stone(1, .delete, at: "later"), stone(2, .staleID)]) == [ChatID(2)])
    let all = try store.all()
    #expect(all.keys.sorted() == [ChatID(1), ChatID(2)])
    #expect(all[ChatID(1)]?.purgedAt == "first")
    #expect(all[ChatID(2)]?.reason == .staleID)
    #expect(try store.write([]).isEmpty)
  }

  @Test func `only removing takes one away`() throws {
    let (folder, layout) = try project()
    defer { withExtendedLifetime(folder) {} }
    let store = TombstoneStore(layout)
    #expect(try store.all().isEmpty)
    #expect(try !store.remove(ChatID(1)))
    try store.write([stone(1), stone(2)])
    #expect(try store.remove(ChatID(1)))
    #expect(try store.all().keys.map(\.number) == [2])
    #expect(try !store.contains(ChatID(1)))
    #expect(try store.tombstone(for: ChatID(1)) == nil)
  }

  @Test func `evidence is added beside what is unknown here`() throws {
    let (folder, layout) = try project()
    let store = TombstoneStore(layout)
    try store.write([stone(1)])
    let path = "service/tombstones/chat-1.json"
    var object = try JSONObject.parse(try folder.bytes(path))
    object["future"] = try JSONValue.parse("1.0")
    try folder.write(object.description, to: path)
    try store.addEvidence(ChatID(1), ["outcome": "terminated"])
    try store.addEvidence(ChatID(9), ["outcome": "none"])
    object["evidence"] = ["pids": [1], "outcome": "terminated"]
    #expect(try JSONObject.parse(try folder.bytes(path)).description == object.description)
    #expect(try !store.contains(ChatID(9)))
  }

  @Test func `a file cut at every byte still counts`() throws {
    let (folder, layout) = try project()
    var problems: [Problem] = []
    let store = TombstoneStore(layout) { problems.append($0) }
    try store.write([stone(6, at: "first")])
    let path = "service/tombstones/chat-6.json"
    let whole = try folder.bytes(path)
    for count in 0..<whole.count - 1 {
      try folder.overwrite(path, with: Array(whole.prefix(count)))
      let all = try store.all()
      #expect(all[ChatID(6)]?.isIntact == false)
      #expect(try store.write([stone(6, at: "later")]).isEmpty)
      #expect(try folder.bytes(path).count == count)
      #expect(problems.count >= count + 1)
    }
  }

  @Test func `whatever stands under the name counts, and other names do not`() throws {
    let (folder, layout) = try project()
    var problems: [Problem] = []
    let store = TombstoneStore(layout) { problems.append($0) }
    try store.write([stone(1)])
    mkdir(folder.file("service/tombstones/chat-2.json").string, 0o755)
    symlink("/none", folder.file("service/tombstones/chat-3.json").string)
    try folder.write("{\"chat_id\":5,\"purged_at\":\"x\"}", to: "service/tombstones/chat-4.json")
    try folder.write("{}", to: "service/tombstones/chat-05.json")
    try folder.write("{}", to: "service/tombstones/.chat-7.json.tmp")
    try folder.write("{}", to: "service/tombstones/chat-.json")
    #expect(try store.all().keys.sorted().map(\.number) == [1, 2, 3, 4])
    #expect(problems.count == 3)
  }

  @Test func `a folder that cannot be listed is an error, never none`() throws {
    let (folder, layout) = try project()
    try Directory.create(layout.service)
    try folder.write("", to: "service/tombstones")
    #expect(throws: StorageError.self) { try TombstoneStore(layout).all() }
    #expect(throws: StorageError.self) { try TombstoneStore(layout).write([stone(1)]) }
  }

  @Test func `on a full disk none of a batch is written`() throws {
    let (folder, layout) = try project()
    let mounted = mount("none", folder.path.string, "tmpfs", 0, "size=32k")
    guard mounted == 0 else {
      print("skipped: mounting a small file system failed with errno \(errno)")
      return
    }
    defer { umount2(folder.path.string, Int32(MNT_DETACH)) }
    let store = TombstoneStore(layout)
    #expect { try store.write((0..<100).map { stone($0) }) } throws: {
      ($0 as? StorageError)?.kind == .noSpace
    }
    #expect(try store.all().isEmpty)
    #expect(try folder.names("service/tombstones") == [".lock"])
    #expect(try store.write([stone(1)]).count == 1)
  }

  @Test func `eight threads purging at once leave each chat one time`() throws {
    let (folder, layout) = try project()
    defer { withExtendedLifetime(folder) {} }
    let author = author
    onThreads(8) { index in
      let stones = (0..<20).map {
        Tombstone(
          chatID: ChatID($0), session: nil, reason: .purge, by: author, purgedAt: "\(index)")
      }
      #expect(throws: Never.self) { try TombstoneStore(layout).write(stones) }
    }
    let all = try TombstoneStore(layout).all()
    #expect(all.count == 20)
    #expect(Set(all.values.map(\.purgedAt)).count == 1)
  }
}
