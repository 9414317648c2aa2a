import ChatProject
import JSONLines
import Settings
import SystemPackage
import TaskGraph
import TestSupport
import Testing

@Suite struct HandlerSpecificationTests {
  @Test(arguments: [
    (
      #"{"id":".chat-1","executor_preset_name":"echo","command_argv":["wg-handler","echo"]}"#,
      ["H", "echo"], "echo"
    ),
    (
      #"{"id":".chat-1","executor_preset_name":"claude","command_argv":["claude"]}"#,
      ["H", "claude"], "claude"
    ),
    (
      #"{"id":".chat-1","command_argv":["bash","-lc","/usr/bin/bc -q"]}"#,
      ["H", "command", "--", "bash", "-lc", "/usr/bin/bc -q"], "bc"
    ),
    (
      #"{"id":".chat-1","executor_preset_name":"exec","command_argv":["/opt/handler","x"]}"#,
      ["/opt/handler", "x"], "handler"
    ),
    (#"{"id":".chat-1","executor_preset_name":"exec"}"#, ["H", "exec"], "exec"),
    (#"{"id":".chat-1"}"#, ["H", "claude"], "claude"),
  ])
  func `what to run is read from the row`(row: String, arguments: [String], label: String) throws {
    let parsed = try #require(ChatRow(try JSONObject.parse(Array(row.utf8))))
    let handler = HandlerSpecification(parsed, Configuration())
    #expect(handler.arguments(handlerProgram: "H") == arguments)
    #expect(handler.label == label)
  }

  @Test func `a handler with a slash is a program`() {
    #expect(HandlerChoice.parse(handler: "echo", currentDirectory: "/p") == .kind("echo"))
    #expect(HandlerChoice.parse(handler: "./x", currentDirectory: "/p") == .program("/p/x"))
    #expect(HandlerChoice.parse(handler: "/o/x", currentDirectory: "/p") == .program("/o/x"))
  }

  @Test(arguments: [
    "release", "a b", "chat-x", "über", "beef", ".notes", String(repeating: "x", count: 100),
  ])
  func `ordinary names can be taken`(name: String) {
    #expect(ChatName.objection(to: name) == nil)
  }

  @Test func `names that would mislead are refused`() {
    let names = [
      "", ".", "..", "a/b", "/", "a\nb", "a\u{1b}[31m", "a\u{7f}", "a\u{202e}b", "7", "007",
      "chat-7", ".chat-7", "Chat-7", "coordinator-1", ".coordinator", " a", "a ", "a\u{2028}b",
      "0196a1b2-0000-7000-8000-000000000000", String(repeating: "x", count: 101), "a\0b",
    ]
    for name in names { #expect(ChatName.objection(to: name) != nil) }
  }
}
