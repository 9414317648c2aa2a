import ControlProtocol
import JSONLines
import Testing

struct StatusTests {
  private let resting = ChatStatus(
    chatID: 3, taskID: ".chat-3", name: "release", title: "Chat: release", state: .resting,
    handler: "echo")

  @Test func `a resting chat has every key`() {
    #expect(
      resting.json.description
        == #"{"chat_id":3,"task_id":".chat-3","name":"release","title":"Chat: release","#
        + #""state":"resting","coarse_state":"inactive","pid":null,"incarnation":0,"restarts":0,"#
        + #""consumers":0,"pending":0,"next_event_at":null,"handler":"echo","model":null,"#
        + #""session":null,"purged_at":null,"last_exit":null,"since":null,"memory_bytes":null,"#
        + #""resources":null,"handler_status":null}"#)
  }

  @Test(arguments: ChatState.allCases)
  func `every state is read back`(_ state: ChatState) throws {
    var chat = resting
    chat.state = state
    chat.pid = 4711
    chat.incarnation = UInt64.max
    chat.restarts = 2
    chat.consumers = 1
    chat.pending = 9
    chat.nextEventAt = "2026-04-27T17:32:52.000000000+00:00"
    chat.model = "m"
    chat.session = "0196a1b2"
    chat.lastExit = "exit status 1"
    #expect(try ChatStatus(json: chat.json) == chat)
    chat.resources = ChatResources(controlGroup: "/g/chat-3", memory: 1 << 40, tasks: 2)
    #expect(try ChatStatus(json: chat.json) == chat)
    #expect(chat.json["resources"]?["memory_max"] == .null)
  }

  @Test func `a running and a stopped service have the same keys`() throws {
    let running = ServiceStatus(
      isRunning: true, pid: 7, socket: "/p/.wg/service/daemon.sock", startedAt: "t",
      uptimeSeconds: 5, version: "0.1", options: ["--no-chat-agent"], startsHandlers: false,
      unwatchedEnds: .unknown(.keeperLost), chats: [resting])
    let stopped = ServiceStatus(isRunning: false, chats: [resting])
    #expect(running.payload.keys == stopped.payload.keys)
    #expect(try ServiceStatus(payload: running.payload) == running)
    #expect(try ServiceStatus(payload: stopped.payload) == stopped)
    #expect(running.payload["counts"]?["resting"]?.int == 1)
  }

  @Test func `who knows how handlers end is read back, and what nobody knows is nobody's`() throws {
    let causes = UnwatchedEnds.Cause.allCases.map { UnwatchedEnds.unknown($0) }
    for ends in [.serviceManager, .keeper] + causes {
      let status = ServiceStatus(isRunning: true, unwatchedEnds: ends)
      #expect(try ServiceStatus(payload: status.payload) == status)
    }
    for (name, cause) in [("unknown", nil), ("unknown", "moon"), ("oracle", "no-keeper")] {
      var payload = ServiceStatus(isRunning: true).payload
      payload["unwatched_ends"] = .text(name)
      payload["unwatched_ends_cause"] = cause.map { .text($0) } ?? .null
      #expect(try ServiceStatus(payload: payload).unwatchedEnds == nil)
    }
  }

  @Test func `the list also speaks to clients of the existing program`() throws {
    let list = ChatList(chats: [resting])
    #expect(try ChatList(payload: list.payload) == list)
    #expect(
      list.payload["coordinators"]?.description
        == #"[{"coordinator_id":3,"task_id":".chat-3","title":"Chat: release","#
        + #""status":"InProgress","loop_iteration":0}]"#)
  }

  @Test(arguments: [
    #"{}"#, #"{"chat_id":1,"task_id":".chat-1","state":"flying"}"#, "[]",
    #"{"chat_id":1,"task_id":7,"state":"resting"}"#,
    #"{"chat_id":1,"task_id":".chat-1","state":"resting","pid":99999999999}"#,
  ])
  func `a status that makes no sense is bad data`(_ text: String) throws {
    let json = try JSONValue.parse(Array(text.utf8))
    let error = #expect(throws: ControlError.self) { try ChatStatus(json: json) }
    #expect(error?.code == .badData)
  }

  @Test func `a greeting is read back`() throws {
    let greeting = Greeting(version: "0.1.0", pid: 12)
    #expect(try Greeting(payload: greeting.payload) == greeting)
  }
}
