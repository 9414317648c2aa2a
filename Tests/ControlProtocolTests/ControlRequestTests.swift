import ControlProtocol
import JSONLines
import Testing

struct ControlRequestTests {
  static let golden: [(ControlRequest, String)] = [
    (.hello, #"{"cmd":"hello"}"#),
    (.status, #"{"cmd":"status"}"#),
    (.createChat(.init()), #"{"cmd":"create_chat"}"#),
    (
      .createChat(.init(name: "release", executor: "claude", model: "opus", endpoint: "http://x")),
      #"{"cmd":"create_chat","name":"release","executor":"claude","model":"opus","endpoint":"http://x"}"#
    ),
    (.createChat(.init(command: "bc -q")), #"{"cmd":"create_chat","command":"bc -q"}"#),
    (.archiveChat(6), #"{"cmd":"archive_chat","chat_id":6}"#),
    (.deleteChat(0), #"{"cmd":"delete_chat","chat_id":0}"#),
    (.stopChat(4_294_967_295), #"{"cmd":"stop_chat","chat_id":4294967295}"#),
    (.startChat(1), #"{"cmd":"start_chat","chat_id":1}"#),
    (.restoreChat(1), #"{"cmd":"restore_chat","chat_id":1}"#),
    (.resetChat(1), #"{"cmd":"reset_chat","chat_id":1}"#),
    (.interruptChat(1), #"{"cmd":"interrupt_chat","chat_id":1}"#),
    (.renameChat(.init(chatID: 4, name: "b")), #"{"cmd":"rename_chat","chat_id":4,"name":"b"}"#),
    (
      .setChatExecutor(.init(chatID: 2, executor: "echo", model: "m")),
      #"{"cmd":"set_chat_executor","chat_id":2,"executor":"echo","model":"m"}"#
    ),
    (.listChats, #"{"cmd":"list_chats"}"#),
    (
      .userChat(.init(chatID: 3, message: "hi\n", requestID: "r-1")),
      #"{"cmd":"user_chat","chat_id":3,"message":"hi\n","request_id":"r-1"}"#
    ),
    (.purgeChats(.init()), #"{"cmd":"purge_chats"}"#),
    (
      .purgeChats(
        .init(
          callerChatID: 1, except: [2, 3], keepAttached: true, includeCaller: true,
          graceMilliseconds: 300, isDryRun: true)),
      #"{"cmd":"purge_chats","caller_chat_id":1,"except":[2,3],"keep_attached":true,"include_caller":true,"grace_ms":300,"dry_run":true}"#
    ),
    (.shutdown(.init()), #"{"cmd":"shutdown"}"#),
    (
      .shutdown(.init(force: true, keepHandlers: true, restart: true)),
      #"{"cmd":"shutdown","force":true,"keep_handlers":true,"restart":true}"#
    ),
    (.graphChanged, #"{"cmd":"graph_changed"}"#),
    (.reconfigure, #"{"cmd":"reconfigure"}"#),
    (.attach(3), #"{"cmd":"attach","chat_id":3}"#),
    (.ping, #"{"cmd":"ping"}"#),
    (.subscribe, #"{"cmd":"subscribe"}"#),
    (.why(nil), #"{"cmd":"why"}"#),
    (.metrics, #"{"cmd":"metrics"}"#),
    (.why(3), #"{"cmd":"why","chat_id":3}"#),
    (.unsupported("freeze"), #"{"cmd":"freeze"}"#),
  ]

  @Test(arguments: golden)
  func `every request has its frame and is read back`(_ request: ControlRequest, _ frame: String)
    throws
  {
    #expect(request.json.description == frame)
    #expect(try ControlRequest.decode(JSONValue.parse(Array(frame.utf8))) == request)
  }

  @Test(arguments: [
    ("create_coordinator", "create_chat"), ("archive_coordinator", "archive_chat"),
    ("delete_coordinator", "delete_chat"), ("stop_coordinator", "stop_chat"),
    ("interrupt_coordinator", "interrupt_chat"), ("list_coordinators", "list_chats"),
    ("set_coordinator_executor", "set_chat_executor"),
  ])
  func `the legacy spellings mean the same`(_ old: String, _ new: String) throws {
    let legacy: JSONValue = ["cmd": .text(old), "coordinator_id": 5, "executor": "echo"]
    let current: JSONValue = ["cmd": .text(new), "chat_id": 5, "executor": "echo"]
    #expect(try ControlRequest.decode(legacy) == ControlRequest.decode(current))
  }

  @Test func `a message without a chat is for chat 0, as it always was`() throws {
    let json: JSONValue = ["cmd": "user_chat", "message": "hi", "request_id": "r"]
    #expect(
      try ControlRequest.decode(json)
        == .userChat(.init(chatID: 0, message: "hi", requestID: "r")))
  }

  @Test func `null members count as absent`() throws {
    let json: JSONValue = [
      "cmd": "create_chat", "name": nil, "command": nil, "executor": "echo", "unknown": [1],
    ]
    #expect(try ControlRequest.decode(json) == .createChat(.init(executor: "echo")))
  }

  @Test(arguments: [
    "spawn", "agents", "kill", "heartbeat", "pause", "resume", "freeze", "thaw", "kick_dispatcher",
    "add_task", "query_task", "send_message",
  ])
  func `requests about task agents are known but not supported`(_ name: String) throws {
    #expect(try ControlRequest.decode(["cmd": .text(name)]) == .unsupported(name))
  }

  @Test(arguments: [
    ("[]", "not an object"), ("7", "not an object"), ("{}", "`cmd` is missing"),
    (#"{"cmd":7}"#, "`cmd` must be a string"), (#"{"cmd":"fly"}"#, "unknown command `fly`"),
    (#"{"cmd":"archive_chat"}"#, "`chat_id` is missing"),
    (#"{"cmd":"archive_chat","chat_id":-1}"#, "`chat_id` must be a chat number"),
    (#"{"cmd":"archive_chat","chat_id":4294967296}"#, "`chat_id` must be a chat number"),
    (#"{"cmd":"archive_chat","chat_id":1.5}"#, "`chat_id` must be a chat number"),
    (#"{"cmd":"archive_chat","chat_id":"1"}"#, "`chat_id` must be a chat number"),
    (#"{"cmd":"set_chat_executor","chat_id":1}"#, "is needed"),
    (#"{"cmd":"create_chat","command":"a","executor":"b"}"#, "excludes"),
    (#"{"cmd":"purge_chats","except":[1,"x"]}"#, "`except` must be a list of chat numbers"),
    (#"{"cmd":"purge_chats","grace_ms":-5}"#, "`grace_ms` must be"),
    (#"{"cmd":"user_chat","message":"hi"}"#, "`request_id` is missing"),
    (#"{"cmd":"shutdown","force":1}"#, "`force` must be true or false"),
  ])
  func `a wrong request names what is wrong`(_ text: String, _ part: String) throws {
    let json = try JSONValue.parse(Array(text.utf8))
    let error = #expect(throws: ControlError.self) { try ControlRequest.decode(json) }
    #expect(error?.code == .usage)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }
}
