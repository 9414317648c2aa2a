import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct SessionRegistryTests {
  private let one = "0196a1b2-0000-7000-8000-000000000001"
  private let two = "0196a1b2-0000-7000-8000-000000000002"
  private let other = "0196ffff-0000-7000-8000-000000000003"

  private func project() throws -> (folder: ScratchFolder, layout: ProjectLayout) {
    let folder = try ScratchFolder()
    try Directory.create(folder.file("chat"))
    return (folder, ProjectLayout(root: folder.path))
  }

  private var sample: String {
    """
    {
      "version": 1,
      "future": 1.0,
      "sessions": {
        "\(one)": {
          "kind": "coordinator",
          "created": "2026-04-27T17:33:00+00:00",
          "aliases": ["chat-3", "coordinator-3", "3"],
          "label": "release",
          "x": {"\\u0041": 1e3}
        },
        "\(two)": {"kind": "coordinator", "aliases": ["chat-4"], "archived_at": "2026-04-28T00:00:00Z"},
        "\(other)": {"kind": "other", "aliases": ["cafe"]},
        "../../etc": {"aliases": ["chat-9"]}
      }
    }

    """
  }

  @Test func `only a second session of the same chat is its rival`() throws {
    let (folder, layout) = try project()
    func sessions(_ aliases: [(kind: String, names: String)]) throws -> Sessions {
      let entries = zip([one, two], aliases).map { id, entry in
        "\"\(id)\":{\"kind\":\"\(entry.kind)\",\"aliases\":[\(entry.names)]}"
      }
      try folder.write(
        "{\"version\":1,\"sessions\":{\(entries.joined(separator: ","))}}", to: "chat/sessions.json"
      )
      return try SessionRegistry(layout).load()
    }
    let chat = (kind: "coordinator", names: #""chat-3","coordinator-3","3""#)
    let rival = try sessions([chat, ("coordinator", #""3","chat-3""#)])
    #expect(rival.rivals.map(\.session.text) == [two] && rival.disputes.isEmpty)
    for other in [
      ("coordinator", #""3","chat-4","coordinator-4","4""#), ("interactive", #""3""#),
      ("coordinator", #""3","notes""#),
    ] {
      let disputed = try sessions([chat, other])
      #expect(disputed.rivals.isEmpty && disputed.disputes.count == 1, "\(other)")
    }
    // Names of one chat are divided between the two: either may be meant.
    let divided = try sessions([
      ("coordinator", #""chat-3","coordinator-3""#), ("coordinator", #""3","chat-4""#),
    ])
    #expect(divided.rivals.isEmpty && divided.disputes.count == 1)
    #expect(try sessions([chat, ("other", #""notes""#)]).disputes.isEmpty)
  }

  @Test func `sessions are found by every kind of reference`() throws {
    let (folder, layout) = try project()
    try folder.write(sample, to: "chat/sessions.json")
    var problems: [Problem] = []
    let registry = SessionRegistry(layout) { problems.append($0) }
    let sessions = try registry.load()
    #expect(problems.count == 1)
    func resolve(_ text: String) throws -> String {
      try sessions.resolve(try #require(ChatReference.parse(text))).text
    }
    for text in ["3", "chat-3", ".chat-3", ".coordinator-3", "release", one] {
      #expect(try resolve(text) == one)
    }
    #expect(try resolve(".chat-4") == two)
    #expect(try resolve("cafe") == other)
    #expect(try resolve("0196f") == other)
    #expect { try resolve("0196a1b2") } throws: { ($0 as? StorageError)?.kind == .input }
    for text in ["5", "9", "none", "0197", "0196a1b2-0000-7000-8000-00000000000f"] {
      #expect { try resolve(text) } throws: { ($0 as? StorageError)?.kind == .notFound }
    }
    #expect(sessions.chat(for: try #require(SessionID(two))) == ChatID(4))
    #expect(
      try registry.sessions()
        == [ChatID(3): SessionID(one), ChatID(4): SessionID(two)].compactMapValues(\.self))
  }

  @Test func `a chat gets a session, its folder, and the same one ever after`() throws {
    let (folder, layout) = try project()
    let registry = SessionRegistry(layout)
    let session = try registry.register(ChatID(7), label: "release")
    let text = try folder.text("chat/sessions.json")
    #expect(try registry.register(ChatID(7)) == session)
    #expect(try folder.text("chat/sessions.json") == text)
    #expect(try registry.session(for: ChatID(7)) == session)
    #expect(try FileStatus.of(layout.chatDirectory(session))?.kind == .directory)
    let entry = try #require(try registry.load().entry(session))
    #expect(entry.kind == "coordinator")
    #expect(entry.aliases == ["chat-7", "coordinator-7", "7"])
    #expect(entry.label == "release")
  }

  @Test func `a registry is made where there is not even a folder`() throws {
    let folder = try ScratchFolder()
    let layout = ProjectLayout(root: folder.file("new"))
    #expect(try SessionRegistry(layout).sessions().isEmpty)
    #expect(try FileStatus.of(layout.root) == nil)
    _ = try SessionRegistry(layout).register(ChatID(0))
    #expect(try SessionRegistry(layout).sessions().count == 1)
  }

  @Test func `a change keeps what is unknown, in its place and spelling`() throws {
    let (folder, layout) = try project()
    try folder.write(sample, to: "chat/sessions.json")
    let registry = SessionRegistry(layout)
    let session = try registry.register(ChatID(5))
    var expected = try JSONObject.parse(Array(sample.utf8))
    let found = try JSONObject.parse(try folder.bytes("chat/sessions.json"))
    var members = try #require(expected["sessions"]?.object)
    members[session.text] = found["sessions"]?[session.text]
    expected["sessions"] = .object(members)
    #expect(found.description == expected.description)
    #expect(found.description.contains(#""\u0041":1e3"#))
  }

  @Test func `archive marks are set once, cleared, and written in one step`() throws {
    let (folder, layout) = try project()
    try folder.write(sample, to: "chat/sessions.json")
    let registry = SessionRegistry(layout)
    let ids = [one, two].compactMap { SessionID($0) }
    try registry.markArchived(ids)
    let sessions = try registry.load()
    #expect(sessions.entries.compactMap(\.archivedAt).count == 2)
    #expect(sessions.entries.contains { $0.archivedAt == "2026-04-28T00:00:00Z" })
    #expect(sessions.session(for: ChatID(3))?.text == one)
    try Directory.create(layout.archivedChatDirectory(ids[0]))
    try AtomicFile.replace(layout.archivedChatDirectory(ids[0]).appending("inbox.jsonl"), with: [])
    try registry.clearArchived(ids)
    #expect(try registry.load().entries.allSatisfy { $0.archivedAt == nil })
    #expect(try folder.names("chat/\(one)") == ["inbox.jsonl"])
  }

  @Test func `a file cut at every byte is an error to read and is set aside before a write`() throws
  {
    let (folder, layout) = try project()
    let registry = SessionRegistry(layout)
    let session = try registry.register(ChatID(1))
    let whole = try folder.bytes("chat/sessions.json")
    for count in 0..<whole.count - 1 {
      try folder.overwrite("chat/sessions.json", with: Array(whole.prefix(count)))
      #expect { try registry.load() } throws: { ($0 as? StorageError)?.kind == .badData }
      #expect(try folder.bytes("chat/sessions.json").count == count)
    }
    try folder.overwrite("chat/sessions.json", with: Array(whole.dropLast()))
    #expect(try registry.session(for: ChatID(1)) == session)
    let torn = Array(whole.prefix(whole.count / 2))
    try folder.overwrite("chat/sessions.json", with: torn)
    var problems: [Problem] = []
    _ = try SessionRegistry(layout) { problems.append($0) }.register(ChatID(2))
    #expect(problems.count == 1)
    let aside = try #require(
      try folder.names("chat").first { $0.hasPrefix("sessions.json.corrupt-") })
    #expect(try folder.bytes("chat/\(aside)") == torn)
    #expect(try registry.sessions().keys.map(\.number) == [2])
  }

  @Test func `a link in its place is refused and left alone`() throws {
    let (folder, layout) = try project()
    symlink("/etc/passwd", folder.file("chat/sessions.json").string)
    #expect { try SessionRegistry(layout).register(ChatID(1)) } throws: {
      ($0 as? StorageError)?.kind == .notPermitted
    }
    #expect(try FileStatus.of(layout.sessions)?.kind == .symbolicLink)
  }

  @Test func `eight threads registering the same chats agree`() throws {
    let (folder, layout) = try project()
    defer { withExtendedLifetime(folder) {} }
    onThreads(8) { _ in
      for number in 0..<10 {
        #expect(throws: Never.self) {
          _ = try SessionRegistry(layout).register(ChatID(UInt32(number)))
        }
      }
    }
    let sessions = try SessionRegistry(layout).load()
    #expect(sessions.entries.count == 10)
    #expect(sessions.byChat().count == 10)
  }

  @Test func `ten thousand chats are one pass`() throws {
    let (folder, layout) = try project()
    let members = (0..<10_000).map { number in
      "\"\(SessionID.make())\":{\"kind\":\"coordinator\",\"aliases\":[\"chat-\(number)\",\"\(number)\"]}"
    }
    try folder.write(
      "{\"version\":1,\"sessions\":{\(members.joined(separator: ","))}}", to: "chat/sessions.json")
    #expect(try SessionRegistry(layout).sessions().count == 10_000)
  }
}
