import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import ChatHandlers

/// What becomes of a message when the endpoint fails.
@Suite struct OpenAIFailureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let model: String
    let says: String
    let status: Int32
    var testDescription: String { model }

    init(_ model: String, _ status: Int32, _ says: String) {
      (self.model, self.status, self.says) = (model, status, says)
    }
  }

  @Test(arguments: [
    Case("status:401", 77, "the endpoint wants a key, see --key-file (401): no, nothing"),
    Case("status:403", 77, "(403): no, nothing"), Case("quota", 77, "used up (429): no credit"),
    Case("status:404", 78, "has no model status:404, or its address is wrong (404)"),
    Case("elsewhere", 78, "sends elsewhere"), Case("page", 76, "web page"),
    Case("other", 76, #"no completion: {"hello": "world"}"#),
    Case("garbage", 76, #"no completion: {"choices": [{. The answer had begun:"#),
    Case("cut", 76, "before it was complete. The answer had begun:\nthe first half "),
    Case("error", 76, "gave up: the GPU is on fire. The answer had begun:\nwell "),
    Case("line", 76, "an event without end"),
  ])
  func `the sender is told, once, and the run fails with the cause`(_ failing: Case) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler(failing.model, in: chat)
    let answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.role == .systemError)
    #expect(answer.content.contains(failing.says), "\(answer.content)")
    #expect(try handler.awaitExit() == .exited(failing.status))
    #expect(try chat.answers.count == 1)
    let cause = failing.says.split(separator: "\n")[0].split(separator: ". The")[0]
    #expect(chat.log.contains(cause), "\(chat.log)")
    #expect(chat.log.split(separator: "\n").count == 1)
    try handler.awaitNotification("STATUS=\(chat.log.dropFirst("wg-handler: ".count).dropLast())")
  }

  @Test(arguments: [
    Case("status:500", 75, "the endpoint fails (500): no, nothing"),
    Case("status:429", 75, "too busy (429)"), Case("nothing", 75, "before it was complete"),
  ])
  func `what may pass is tried again, and then left to the next run`(_ failing: Case) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler(failing.model, ["--retries", "2"], in: chat)
    try chat.send("hello")
    #expect(try handler.awaitExit() == .exited(failing.status))
    #expect(endpoint.requests.count == 3)
    #expect(try chat.answers.isEmpty)
    #expect(chat.cursor == nil)
    #expect(chat.log.contains(failing.says), "\(chat.log)")
    #expect(chat.log.split(separator: "\n").count == 1)
  }

  @Test func `an endpoint that is down is left to the next run`() throws {
    let chat = try TestChat()
    try chat.send("hello")
    // Nobody listens at the port of a service that is hardly anywhere.
    let handler = try RunningHandler(
      ["openai", "--endpoint", "http://127.0.0.1:1/v1", "--model", "m", "--retries", "1"], in: chat)
    #expect(try handler.awaitExit() == .exited(75))
    #expect(chat.log.contains("the endpoint cannot be reached"))
    #expect(try chat.answers.isEmpty)
  }

  @Test func `an endpoint that falls silent has its time`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let silent = try endpoint.handler(
      "stall:", ["--stall-timeout", "3s", "--retries", "1"], in: chat)
    try chat.send("hello")
    #expect(try silent.awaitExit() == .exited(75))
    #expect(chat.log.contains("has sent nothing for 3 s"))
    let halting = try endpoint.handler("stall:well", ["--stall-timeout", "3s"], in: chat)
    let answer = try eventually("an answer") { try chat.answers.first }
    #expect(answer.content.hasSuffix("sent nothing for 3 s. The answer had begun:\nwell"))
    #expect(try halting.awaitExit() == .exited(76))
  }

  @Test func `a message that the endpoint refuses costs the next one nothing`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("status:400", in: chat)
    for _ in 0..<2 {
      let answer = try chat.answer(to: try chat.send("hello"))
      #expect(answer.role == .systemError)
      #expect(answer.content.contains("refuses this message (400)"))
    }
    #expect(handler.process.isAlive)
  }

  @Test func `an answer has its time`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let handler = try endpoint.handler("stall:well", ["--answer-timeout", "500ms"], in: chat)
    let answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.content.hasPrefix("there was no whole answer in 500 ms"))
    #expect(handler.process.isAlive)
  }

  @Test(arguments: [
    (["--model", "m"], "no endpoint is set"),
    (["--endpoint", "http://localhost"], "no model is set"),
    (["--model", "m", "--endpoint", "http://u:p@localhost"], "a key belongs into a file"),
    (["--model", "m", "--endpoint", "https://"], "has no host"),
    (["--model", "m", "--endpoint", "http://localhost", "--key-file", "/none"], "/none"),
    (
      ["--model", "m", "--endpoint", "http://localhost", "--system-prompt-file", "/none"],
      "system prompt"
    ),
  ])
  func `what is missing is told to the sender`(options: [String], says: String) throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["openai"] + options, in: chat)
    let answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.role == .systemError)
    #expect(answer.content.contains(says), "\(answer.content)")
    #expect(try handler.awaitExit() != .exited(0))
  }

  @Test func `a key that everybody can read is refused, and an echoed one is taken out`() throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let file = chat.project.appending("key")
    try AtomicFile.replace(file, with: Array("open-secret".utf8), mode: 0o644)
    var handler = try endpoint.handler("status:401", ["--key-file", file.string], in: chat)
    var answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.content.contains("chmod"))
    #expect(try handler.awaitExit() == .exited(77))
    #expect(endpoint.requests.isEmpty)
    try AtomicFile.replace(file, with: Array("open-secret".utf8), mode: 0o600)
    handler = try endpoint.handler("status:401", ["--key-file", file.string], in: chat)
    answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.content.hasSuffix("does not accept the key (401): no, Bearer [key]"))
    #expect(try handler.awaitExit() == .exited(77))
    #expect(!chat.log.contains("secret"))
  }

  @Test func `a certificate that nobody vouches for ends it before the key is sent`() throws {
    let folder = try TemporaryDirectory()
    let pem = folder.file("pem").string
    let made = try Spawn.run(
      SpawnRequest(
        executable: "/usr/bin/openssl",
        arguments: [
          "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
          "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
          "subjectAltName=IP:127.0.0.1", "-keyout", pem + ".key", "-out", pem + ".crt",
        ],
        environment: CurrentProcess.environment()))
    #expect(try eventually("openssl") { try made.descriptor.reap() } == .exited(0))
    let certificate = try #require(text(of: FilePath(pem + ".crt")))
    let key = try #require(text(of: FilePath(pem + ".key")))
    try folder.write("pem", certificate + key)
    let endpoint = try RunningEndpoint(certificate: FilePath(pem))
    let url = "https://127.0.0.1:\(endpoint.port)/v1"
    let chat = try TestChat()
    let options = ["openai", "--endpoint", url, "--model", "echo"]
    var handler = try RunningHandler(options, in: chat)
    let answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.content.hasPrefix("the endpoint cannot be trusted"))
    #expect(try handler.awaitExit() == .exited(77))
    #expect(endpoint.requests.isEmpty)
    handler = try RunningHandler(options, in: chat, environment: ["SSL_CERT_FILE": pem + ".crt"])
    #expect(try chat.ask("hello again") == "hello again")
  }
}
