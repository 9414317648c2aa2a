import ChatStorage
import SystemPackage
import Testing

@Suite struct NamesTests {
  @Test func `task ids of all three ages are read`() {
    #expect(ChatID(taskID: ".chat-7") == ChatID(7))
    #expect(ChatID(taskID: ".coordinator-7") == ChatID(7))
    #expect(ChatID(taskID: ".coordinator") == ChatID(0))
    #expect(ChatID(taskID: ".chat-4294967295") == ChatID(.max))
  }

  @Test(arguments: [
    "", ".chat", ".chat-", ".chat-01", ".chat--1", ".chat-+1", ".chat- 1", ".chat-1 ", ".chat-1x",
    ".chat-4294967296", ".chat-99999999999999999999", ".chat-١", "chat-1", "1", ".coordinator-",
  ])
  func `what only looks like a task id is none`(text: String) {
    #expect(ChatID(taskID: text) == nil)
  }

  @Test func `a chat has its names`() {
    #expect(ChatID(3).taskID == ".chat-3")
    #expect(ChatID(3).legacyTaskID == ".coordinator-3")
    #expect(ChatID(3).aliases == ["chat-3", "coordinator-3", "3"])
    #expect(ChatID(3).aliases.compactMap(ChatID.init(alias:)) == [ChatID(3), ChatID(3), ChatID(3)])
    #expect(ChatID(alias: "03") == nil)
  }

  @Test func `a session is a UUID and nothing that leads out of the folder`() {
    #expect(SessionID("0196a1b2-0000-7000-8000-0123456789ab") != nil)
    #expect(SessionID("../../../../../../../etc/passwd-0000") == nil)
    #expect(SessionID("0196a1b2-0000-7000-8000-0123456789a") == nil)
    #expect(SessionID("0196a1b2x0000-7000-8000-0123456789ab") == nil)
    #expect(SessionID("0196a1b2-0000-7000-8000-0123456789aé") == nil)
  }

  @Test func `a session is written as it was read, in whatever case`() throws {
    for text in [
      "0196a1b2-0000-7000-8000-0123456789ab", "0196A1B2-0000-7000-8000-0123456789AB",
      "FfFfFfFf-fFfF-FFFF-ffff-aBcDeFAbCdEf", "00000000-0000-0000-0000-000000000000",
      "A0000000-0000-0000-0000-00000000000b", "a0000000-0000-0000-0000-00000000000B",
    ] {
      #expect(try #require(SessionID(text)).text == text)
    }
    let small = try #require(SessionID("0196a1b2-0000-7000-8000-0123456789ab"))
    #expect(small != SessionID("0196A1b2-0000-7000-8000-0123456789ab"))
  }

  @Test func `a session is a number, for which nothing is allocated`() {
    #expect(MemoryLayout<SessionID>.size == 20)
  }

  @Test func `new sessions are of version 7, differ, and sort by time`() throws {
    let made = (0..<100).map { _ in SessionID.make() }
    #expect(Set(made).count == 100)
    for session in made {
      #expect(SessionID(session.text) == session)
      let characters = Array(session.text)
      #expect(characters[14] == "7")
      #expect("89ab".contains(characters[19]))
    }
  }

  @Test func `references are sorted by their form`() throws {
    let uuid = "0196a1b2-0000-7000-8000-0123456789ab"
    #expect(ChatReference.parse("7") == .number(ChatID(7)))
    #expect(ChatReference.parse(".chat-7") == .number(ChatID(7)))
    #expect(ChatReference.parse(".coordinator-7") == .number(ChatID(7)))
    #expect(ChatReference.parse("coordinator-7") == .number(ChatID(7)))
    #expect(ChatReference.parse("chat-7") == .number(ChatID(7)))
    #expect(ChatReference.parse(uuid) == SessionID(uuid).map(ChatReference.session))
    #expect(ChatReference.parse("0196") == .prefixOrName("0196"))
    #expect(ChatReference.parse("cafe") == .prefixOrName("cafe"))
    #expect(ChatReference.parse("abc") == .name("abc"))
    #expect(ChatReference.parse("release") == .name("release"))
    #expect(ChatReference.parse("") == nil)
  }

  @Test func `the layout is the existing program's, and ours beside it`() throws {
    let layout = ProjectLayout(root: "/p/.wg")
    #expect(layout.graph == "/p/.wg/graph.jsonl")
    #expect(layout.sessions == "/p/.wg/chat/sessions.json")
    #expect(layout.coordinatorState(ChatID(2)) == "/p/.wg/service/coordinator-state-2.json")
    #expect(layout.tombstone(ChatID(2)) == "/p/.wg/service/tombstones/chat-2.json")
    #expect(layout.chatState(ChatID(2)) == "/p/.wg/service/chats/chat-2.json")
  }
}
