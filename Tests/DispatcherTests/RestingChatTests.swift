import ChatProject
import ChatStorage
import Glibc
import SupervisionCore
import Testing

@testable import Dispatcher

/// What a chat costs with which nothing happens.
@Suite struct RestingChatTests {
  private func chat(_ record: ChatRecord = ChatRecord()) -> SupervisedChat {
    SupervisedChat(ChatID(7), record: record)
  }

  @Test func `a chat with which nothing has happened takes no more than 168 bytes`() throws {
    let chat = chat()
    #expect(try allocated(chat) <= 168)
  }

  /// What the allocator has set aside for an object; malloc_usable_size(3), which no module shows.
  private func allocated(_ object: AnyObject) throws -> Int {
    typealias Size = @convention(c) (UnsafeMutableRawPointer?) -> Int
    let symbol = try #require(dlsym(nil, "malloc_usable_size"))
    return unsafeBitCast(symbol, to: Size.self)(Unmanaged.passUnretained(object).toOpaque())
  }

  @Test func `what says nothing takes a word`() {
    #expect(MemoryLayout<Sparse<SupervisedChat.Past>>.size == 8)
    #expect(MemoryLayout<Sparse<SupervisedChat.Retirement?>>.size == 8)
    #expect(MemoryLayout<Sparse<ChatRecord>>.size == 8)
  }

  @Test func `what was said is there until it is taken back`() {
    let chat = chat()
    #expect(chat.past.lastFailure == nil)
    chat.past.lastFailure = "no space"
    chat.past.lastPid = 12
    #expect(chat.past.lastFailure == "no space")
    chat.past.lastFailure = nil
    #expect(chat.past == SupervisedChat.Past(lastPid: 12))
    chat.past.lastPid = nil
    #expect(chat.past.isBlank)
  }

  @Test func `a chat that rests again remembers how its run ended, and not what it said`() {
    let chat = chat()
    chat.past.lastExit = .exited(1)
    chat.past.lastWords = "the endpoint is down"
    #expect(chat.statedCause == "the endpoint is down")
    chat.rest()
    #expect(chat.past == SupervisedChat.Past(lastExit: .exited(1)))
  }

  @Test func `a record that says something is kept`() {
    var record = ChatRecord()
    record.incarnation = 64
    let chat = chat(record)
    #expect(chat.record == record)
    #expect(chat.reserved == 64)
  }

  @Test func `an ending of which nothing is known is not none`() {
    let chat = chat()
    #expect(chat.retirement == nil)
    chat.retirement = SupervisedChat.Retirement(
      reason: .purge, by: Tombstone.Author(uid: 0, pid: 1, command: "test"), beganAt: 0)
    chat.retirement?.pids.append(7)
    #expect(chat.retirement?.pids == [7])
    chat.retirement = nil
    #expect(chat.retirement == nil)
  }
}

@Suite struct SharedNeedsTests {
  @Test func `chats that need the same share it`() {
    var shared = SharedNeeds()
    let first = shared.shared(HandlerNeeds(.builtIn("echo"), model: "m"))
    #expect(shared.shared(HandlerNeeds(.builtIn("echo"), model: "m")) === first)
    let other = shared.shared(HandlerNeeds(.builtIn("echo"), model: "m", directory: "/"))
    #expect(other !== first && other != first)
    #expect(other.isLaunched(like: first))
    #expect(shared.shared(HandlerNeeds(.builtIn("echo"), model: "m")) === first)
  }

  @Test func `each chat gets what it needs, however many kinds there are`() {
    var shared = SharedNeeds()
    for round in 0..<3 {
      for kind in 0..<20 {
        let needs = HandlerNeeds(.command(["cat", "\(kind)"]), directory: "/\(kind)")
        #expect(shared.shared(needs) == needs, "kind \(kind) in round \(round)")
      }
    }
  }
}
