import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import ChatHandlers

/// Conversations with an endpoint that behaves, by real handlers.
@Suite struct OpenAIHandlerTests {
  @Test func `the answer is what the model says, and the next question comes with it`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("messages", in: chat)
    #expect(try chat.ask("one\nand \"more\"") == #"[["user", "one\nand \"more\""]]"#)
    let second = try chat.ask("two")
    #expect(second.hasPrefix(#"[["user", "one\nand \"more\""], ["assistant", "[["#))
    #expect(second.hasSuffix(#"["user", "two"]]"#))
    #expect(try chat.answers.allSatisfy { $0.role == .coordinator })
    withExtendedLifetime(handler) {}
  }

  @Test func `a conversation goes on in the next handler`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let first = try endpoint.handler("echo", in: chat)
    _ = try chat.ask("my name is Ada")
    try first.process.signal(.kill)
    _ = try first.awaitExit()
    let second = try endpoint.handler("messages", in: chat)
    #expect(
      try chat.ask("who am I?")
        == #"[["user", "my name is Ada"], ["assistant", "my name is Ada"], ["user", "who am I?"]]"#)
    withExtendedLifetime(second) {}
  }

  @Test func `of a long conversation the newest is shown, in whole exchanges`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    var handler = try endpoint.handler("echo", in: chat)
    for name in ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"] { _ = try chat.ask(name) }
    try handler.process.signal(.terminate)
    _ = try handler.awaitExit()
    handler = try endpoint.handler(
      "messages", ["--history-limit", "45", "--system-prompt", "Be brief."], in: chat)
    let shown = try chat.ask("now")
    #expect(shown.hasPrefix(#"[["system", "Be brief."], ["user", "bbbbbbbbbb"], "#))
    #expect(shown.hasSuffix(#"["assistant", "cccccccccc"], ["user", "now"]]"#))
  }

  @Test func `the answer can be watched while it is made`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("gate", in: chat)
    let streaming = StreamingText(directory: chat.directory)
    let request = try chat.send("go")
    #expect(try eventually { try streaming.read() == "before " })
    try endpoint.folder.write("gate", "")
    #expect(try chat.answer(to: request).content == "before after")
    #expect(try eventually { try streaming.read() == nil })
    withExtendedLifetime(handler) {}
  }

  @Test func `an interrupt ends the turn with what there is, and the handler stays`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("stall:so far", in: chat)
    let streaming = StreamingText(directory: chat.directory)
    let request = try chat.send("go")
    #expect(try eventually { try streaming.read() == "so far" })
    try handler.process.signal(.interrupt)
    let answer = try chat.answer(to: request)
    #expect(answer.content == "so far\n(interrupted)")
    #expect(answer.role == .coordinator)
    #expect(answer.row["interrupted"]?.bool == true)
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
  }

  @Test func `a turn comes to its end after SIGTERM, or the message stays`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let streaming = StreamingText(directory: chat.directory)
    var handler = try endpoint.handler("stall:some", in: chat)
    let request = try chat.send("go")
    #expect(try eventually { try streaming.read() == "some" })
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    #expect(try chat.answers.isEmpty)
    #expect(try streaming.read() == nil)
    handler = try endpoint.handler(
      "gate", in: chat, environment: ["WG_STOP_TIMEOUT_USEC": "600000000"])
    #expect(try eventually { try streaming.read() == "before " })
    try handler.process.signal(.terminate)
    try handler.awaitNotification("STOPPING=1")
    try endpoint.folder.write("gate", "")
    #expect(try handler.awaitExit() == .exited(0))
    let answer = try chat.answer(to: request)
    #expect(answer.content == "before after")
    #expect(answer.row["redelivered"]?.bool == true)
  }

  @Test(arguments: [
    ("whole", "hello", "hello"), ("short", "hello", "only this\n(cut: the model may say no more)"),
    ("recover:2", "still here", "still here"),
  ])
  func `endpoints have their ways`(model: String, question: String, answer: String) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler(model, in: chat)
    #expect(try chat.ask(question) == answer)
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: ["2", "date"])
  func `a busy endpoint is given the time that it asks for`(asked: String) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("patience:\(asked)", in: chat)
    let words = try chat.ask("go").split(separator: " ")
    // A date has whole seconds, of which one is under way when it is read.
    #expect(words.first == "after" && (Double(words.last ?? "") ?? 0) >= 1.5, "\(words)")
    withExtendedLifetime(handler) {}
  }

  @Test func `a long answer is cut at its limit`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("flood:10240", ["--answer-limit", "64K"], in: chat)
    let answer = try chat.ask("go")
    #expect(
      answer.utf8.count < 65 << 10
        && answer.hasSuffix("\n(cut: the answer is longer than it may be)"))
    withExtendedLifetime(handler) {}
  }

  @Test func `a key is read anew for each message and stands nowhere but in the request`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let credentials = chat.project.appending("credentials")
    try Directory.create(credentials)
    let file = credentials.appending("openai.key")
    try AtomicFile.replace(file, with: Array("first-secret\n".utf8), mode: 0o600)
    let handler = try endpoint.handler(
      "echo", in: chat, environment: ["CREDENTIALS_DIRECTORY": credentials.string])
    _ = try chat.ask("one")
    try AtomicFile.replace(file, with: Array("second-secret".utf8), mode: 0o600)
    _ = try chat.ask("two")
    let keys = endpoint.requests.compactMap { $0["headers"]?["Authorization"]?.string }
    #expect(keys == ["Bearer first-secret", "Bearer second-secret"])
    let limits = text(of: FilePath("/proc/\(handler.process.pid)/limits")) ?? ""
    let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
    #expect(core?.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"], "no core dump")
    for name in ["cmdline", "environ"] {
      let seen = text(of: FilePath("/proc/\(handler.process.pid)/\(name)")) ?? "secret"
      #expect(!seen.contains("secret"), "\(name)")
    }
    for name in try Directory.names(in: chat.directory) {
      let kept = text(of: chat.directory.appending(name)) ?? ""
      #expect(!kept.contains("secret"), "\(name)")
    }
    #expect(!chat.log.contains("secret"))
  }

  @Test func `a handler that was never asked has no HTTP library`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("echo", in: chat)
    try handler.awaitNotification("READY=1")
    let maps = FilePath("/proc/\(handler.process.pid)/maps")
    #expect(text(of: maps)?.contains("libcurl") == false)
    _ = try chat.ask("hello")
    #expect(text(of: maps)?.contains("libcurl") == true)
  }
}
