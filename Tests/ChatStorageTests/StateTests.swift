import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct ChatStateTests {
  private func project() throws -> (folder: ScratchFolder, layout: ProjectLayout) {
    let folder = try ScratchFolder()
    return (folder, ProjectLayout(root: folder.path))
  }

  private var record: ChatRecord {
    var record = ChatRecord()
    record.desired = .down
    record.incarnation = 17
    record.lastConsumerAt = 1_777_312_800_123_456_789
    record.crashes = [.init(at: 1, summary: "exit 1"), .init(at: 2, summary: "signal 9")]
    record.backoffDelay = 200_000_000
    record.parkedAt = 3
    record.lastExit = "signal 9"
    return record
  }

  @Test func `a record is read as it was written`() throws {
    let (folder, layout) = try project()
    let store = ChatStateStore(layout)
    #expect(try store.read(ChatID(3)) == ChatRecord())
    try store.write(ChatID(3), record)
    #expect(try store.read(ChatID(3)) == record)
    #expect(try store.all() == [ChatID(3): record])
    #expect(
      try folder.text("service/chats/chat-3.json").contains("2026-04-27T18:00:00.123456789+00:00"))
  }

  @Test func `unknown members are written again`() throws {
    let (folder, layout) = try project()
    let store = ChatStateStore(layout)
    try store.write(ChatID(3), record)
    let path = "service/chats/chat-3.json"
    var object = try JSONObject.parse(try folder.bytes(path))
    object["future"] = try JSONValue.parse("[1.0]")
    try folder.write(object.description, to: path)
    var changed = try store.read(ChatID(3))
    changed.parkedAt = nil
    try store.write(ChatID(3), changed)
    object["parked_at"] = nil
    object["revision"] = try JSONValue.parse("2")
    #expect(try JSONObject.parse(try folder.bytes(path)).description == object.description)
  }

  @Test func `a file that says nothing is as good as none, and one with unknown members is not`()
    throws
  {
    let (folder, layout) = try project()
    let store = ChatStateStore(layout)
    #expect(try store.read(ChatID(3)).isBlank)
    try store.write(ChatID(3), ChatRecord())
    #expect(try store.read(ChatID(3)).isBlank)
    for text in [
      #"{"version":2}"#, #"{"version":1,"future":0}"#, #"{"version":1,"incarnation":1}"#,
    ] {
      try folder.write(text, to: "service/chats/chat-3.json")
      let record = try store.read(ChatID(3))
      #expect(!record.isBlank)
      try store.write(ChatID(3), record)
      let written = try JSONObject.parse(try folder.bytes("service/chats/chat-3.json"))
      for member in try JSONObject.parse(Array(text.utf8)).members {
        #expect(written[member.key] == member.value)
      }
    }
  }

  @Test func `members of the wrong kind have their defaults`() throws {
    let (folder, layout) = try project()
    try Directory.create(layout.chatStates)
    try folder.write(
      #"{"desired":1,"incarnation":-1,"crashes":[1,{"at":"x"}],"backoff_delay_ns":-5,"parked_at":7}"#,
      to: "service/chats/chat-1.json")
    #expect(try ChatStateStore(layout).read(ChatID(1)) == ChatRecord())
  }

  @Test func `a file cut at every byte gives the defaults, and is set aside before a write`() throws
  {
    let (folder, layout) = try project()
    var problems: [Problem] = []
    let store = ChatStateStore(layout) { problems.append($0) }
    try store.write(ChatID(1), record)
    let path = "service/chats/chat-1.json"
    let whole = try folder.bytes(path)
    for count in 0..<whole.count - 1 {
      try folder.overwrite(path, with: Array(whole.prefix(count)))
      #expect(try store.read(ChatID(1)) == ChatRecord())
      #expect(problems.count == count + 1)
    }
    let torn = try folder.bytes(path)
    try store.write(ChatID(1), record)
    #expect(try store.read(ChatID(1)) == record)
    let aside = try #require(
      try folder.names("service/chats").first { $0.hasPrefix("chat-1.json.corrupt-") })
    #expect(try folder.bytes("service/chats/\(aside)") == torn)
    #expect(try store.all().count == 1)
  }
}

@Suite struct ServiceFilesTests {
  @Test func `coordinator state files are listed and removed by chat`() throws {
    let folder = try ScratchFolder()
    let layout = ProjectLayout(root: folder.path)
    let files = CoordinatorStateFiles(layout)
    #expect(try files.chats().isEmpty)
    try Directory.create(layout.service)
    for name in [
      "coordinator-state-31.json", "coordinator-state-2.json", "coordinator-state.json",
      "coordinator-state-x.json", "coordinator-state-03.json", "state.json",
    ] {
      try folder.write("{}", to: "service/\(name)")
    }
    #expect(try files.chats().map(\.number) == [0, 2, 31])
    #expect(try files.remove(ChatID(31)))
    #expect(try files.remove(ChatID(0)))
    #expect(try !files.remove(ChatID(7)))
    #expect(try files.chats().map(\.number) == [2])
  }

  @Test func `the service state is kept with what others put there`() throws {
    let folder = try ScratchFolder()
    let layout = ProjectLayout(root: folder.path)
    #expect(try ServiceState.read(layout) == nil)
    try ServiceState(pid: 12, socketPath: "/p/s", startedAt: "t").write(layout)
    #expect(
      try folder.text("service/state.json")
        == "{\n  \"pid\": 12,\n  \"socket_path\": \"/p/s\",\n  \"started_at\": \"t\"\n}\n")
    #expect(try !ServiceState.remove(layout, of: 13))
    #expect(try ServiceState.remove(layout, of: 12))
    for text in [
      "", "{", "[]", "{}", #"{"pid":0,"socket_path":""}"#,
      #"{"pid":99999999999,"socket_path":"x"}"#,
    ] {
      try folder.write(text, to: "service/state.json")
      #expect { try ServiceState.read(layout) } throws: { ($0 as? StorageError)?.kind == .badData }
    }
  }

  @Test func `a dead letter keeps the whole row`() throws {
    let folder = try ScratchFolder()
    try folder.write(#"{"id":4,"content":"boom","future":1.0}"# + "\n", to: "inbox.jsonl")
    let message = try #require(try MessageLog(directory: folder.path, .inbox).last(1).first)
    let letters = DeadLetters(directory: folder.path)
    for _ in 0..<2 {
      try letters.append(message, reason: "3 crashes", crashes: [.init(at: 0, summary: "exit 1")])
    }
    let rows = try folder.text("dead-letters.jsonl").split(separator: "\n")
    #expect(rows.count == 2)
    let row = try JSONObject.parse(Array(rows[0].utf8))
    #expect(row["message"]?.description == #"{"id":4,"content":"boom","future":1.0}"#)
    #expect(row["reason"] == "3 crashes")
    #expect(row["crashes"]?.array?.first?["summary"] == "exit 1")
  }
}
