import ChatStorage
import ControlProtocol
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing
import TimeSpans

@testable import WGCommands

/// Commands on a project whose dispatcher runs.
struct OnlineCommandTests {
  private let project: TestProject
  private let number: UInt32

  init() throws {
    project = try TestProject()
    number = try project.makeChat("a")
  }

  private func status(_ chat: ChatStatus, options: [String] = []) -> JSONValue {
    ControlResponse.ok(
      ServiceStatus(
        isRunning: true, pid: nil, socket: project.layout.socket.string, uptimeSeconds: 61,
        version: "0.1.0", options: options, chats: [chat]
      ).payload
    ).json
  }

  private var running: ChatStatus {
    ChatStatus(
      chatID: number, taskID: ".chat-\(number)", name: "a", title: "Chat: a", state: .running,
      pid: 4711, incarnation: 3, consumers: 1, handler: "echo")
  }

  private func answer(_ state: ChatState, handler: HandlerEnd? = nil) -> JSONValue {
    ControlResponse.ok(
      ChatAnswer(
        dispatcher: .running, chatID: number, taskID: ".chat-\(number)", name: "a", changed: true,
        state: state, handler: handler
      ).payload
    ).json
  }

  @Test func `lists show what the dispatcher knows, under the same keys`() throws {
    let before = try project.json("chat list")
    let dispatcher = try FakeDispatcher(project, answers: ["status": status(running)])
    let list = try project.json("chat list")
    #expect(list["dispatcher"] == "running")
    #expect(list["chats"]?.array?.first?["pid"] == 4711)
    #expect(list.object?.keys == before.object?.keys)
    #expect(
      list["chats"]?.array?.first?.object?.keys == before["chats"]?.array?.first?.object?.keys)
    #expect(project.run("list").output.contains("(running)"))
    let service = project.run("service status").output
    #expect(service.contains("Service: running\n"))
    #expect(service.contains("Uptime: 1min 1s"))
    withExtendedLifetime(dispatcher) {}
  }

  @Test(arguments: [
    ("stop", "stop_chat"), ("start", "start_chat"), ("archive", "archive_chat"),
    ("restore", "restore_chat"), ("delete", "delete_chat"), ("reset", "reset_chat"),
    ("interrupt", "interrupt_chat"),
  ])
  func `a change goes through the dispatcher`(_ verb: String, _ name: String) throws {
    let before = try FileStatus.of(project.layout.graph)
    let end = HandlerEnd(outcome: .terminated, pids: [7], duration: 5_000_000)
    let dispatcher = try FakeDispatcher(
      project, answers: [name: answer(.down, handler: end)])
    let outcome = project.run("chat \(verb) a")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("its handler has ended"))
    #expect(dispatcher.requests == ["{\"cmd\":\"\(name)\",\"chat_id\":\(number)}"])
    #expect(try FileStatus.of(project.layout.graph) == before)
  }

  @Test func `set hands over an absolute path`() throws {
    let dispatcher = try FakeDispatcher(
      project, answers: ["set_chat_executor": answer(.resting)])
    #expect(project.run("chat set a --handler ./bot -m m").status == 0)
    let path = project.folder.path.appending("bot")
    #expect(
      dispatcher.requests == [
        "{\"cmd\":\"set_chat_executor\",\"chat_id\":\(number),\"executor\":\"\(path)\","
          + "\"model\":\"m\"}"
      ])
  }

  @Test func `a new name goes through the dispatcher`() throws {
    let dispatcher = try FakeDispatcher(project, answers: ["rename_chat": answer(.resting)])
    #expect(project.run("chat rename a b").output.contains("renamed"))
    #expect(
      dispatcher.requests == [
        "{\"cmd\":\"rename_chat\",\"chat_id\":\(number),\"name\":\"b\"}"
      ])
  }

  @Test func `a refusal keeps its code`() throws {
    let refusal = ControlResponse.failed(ControlError(.notPermitted, "not yours")).json
    let dispatcher = try FakeDispatcher(project, answers: ["stop_chat": refusal])
    let outcome = project.run("chat stop a")
    #expect(outcome.status == 77)
    #expect(outcome.diagnostics == "wg: not yours\n")
    #expect(
      try project.json("chat stop a") == [
        "ok": false, "error": "not yours", "code": "not_permitted",
      ])
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `a purge asks the dispatcher and tells what survived`() throws {
    var purge = PurgeAnswer(dispatcher: .running)
    purge.purged = [
      .init(
        chatID: number, taskID: ".chat-\(number)", purgedAt: "t",
        handler: HandlerEnd(
          outcome: .survived, pids: [8], duration: 1, survivors: [.init(pid: 9, state: "D")]))
    ]
    let dispatcher = try FakeDispatcher(
      project, answers: ["purge_chats": purge.response.json])
    let outcome = project.run("service purge-chats --grace 300ms --keep-attached --except a")
    #expect(outcome.status == 1)
    #expect(outcome.output == "Purged 1 chat (0 handlers ended)\n")
    #expect(outcome.diagnostics.contains("process 9 of .chat-\(number) is still there, in state D"))
    #expect(
      dispatcher.requests == [
        "{\"cmd\":\"purge_chats\",\"except\":[\(number)],\"keep_attached\":true,\"grace_ms\":300}"
      ])
    #expect(try project.json("service purge-chats")["purged"]?.array?.count == 1)
  }

  @Test func `creating a chat tells the dispatcher`() throws {
    let dispatcher = try FakeDispatcher(project)
    #expect(try project.json("chat create --name b")["dispatcher"] == "running")
    #expect(dispatcher.requests == ["{\"cmd\":\"graph_changed\"}"])
  }

  @Test func `the answer is printed and nothing else`() throws {
    let dispatcher = try FakeDispatcher(project)
    let directory = try project.directory(number)
    let handler = BackgroundThread {
      Self.answerNextMessage(in: directory, role: .coordinator, "42\n43")
    }
    let outcome = project.run("chat send a what --wait --timeout 1min")
    handler.join()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output == "42\n43\n")
    #expect(outcome.diagnostics.isEmpty)
    #expect(dispatcher.requests.isEmpty)
  }

  @Test func `a system error is a failure on standard error`() throws {
    let dispatcher = try FakeDispatcher(project)
    let directory = try project.directory(number)
    let handler = BackgroundThread {
      Self.answerNextMessage(in: directory, role: .systemError, "the handler crashed")
    }
    let outcome = project.run("chat send a what --wait --timeout 1min")
    handler.join()
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.diagnostics == "wg: the handler crashed\n")
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `no answer in time is a reason to try again`() throws {
    let dispatcher = try FakeDispatcher(project)
    let outcome = project.run("chat send a what --wait --timeout 20ms")
    #expect(outcome.status == 75)
    #expect(outcome.output.isEmpty)
    #expect(outcome.diagnostics.contains("no answer within 20ms"))
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `a stop waits until the project is free`() throws {
    let dispatcher = try FakeDispatcher(project, answers: ["status": status(running)])
    let outcome = project.run("service stop")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.hasPrefix("Service stopped"))
    #expect(try !DispatcherProbe.isRunning(project.layout))
    #expect(dispatcher.requests.last == "{\"cmd\":\"shutdown\"}")
  }

  @Test func `a restart keeps the options of one that runs and of one that was killed`() throws {
    let options = ["--idle-timeout", "7s"]
    let context = CommandContext(
      console: Console(write: { _, _ in }), environment: [:],
      currentDirectory: project.folder.path, directoryOption: nil, isJSON: false,
      patience: .seconds(1))
    #expect(try context.project().startOptions() == [])
    var state = ServiceState(pid: 1, socketPath: project.layout.socket)
    state.options = ["--no-chat-agent"]
    try state.write(project.layout)
    #expect(try context.project().startOptions() == ["--no-chat-agent"])
    let dispatcher = try FakeDispatcher(
      project, answers: ["status": status(running, options: options)])
    #expect(try context.project().startOptions() == options)
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `a start while one runs says so`() throws {
    let dispatcher = try FakeDispatcher(project, answers: ["status": status(running)])
    let outcome = project.run("service start --max-agents 4")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("Service already running"))
    #expect(outcome.diagnostics.contains("--max-agents has no meaning here"))
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `a dispatcher that does not listen is not taken for none`() throws {
    try Directory.create(project.layout.service)
    let lock = try FileLock.acquire(project.layout.dispatcherLock)
    let outcome = project.run("chat stop a")
    #expect(outcome.status == 75)
    #expect(outcome.diagnostics.contains("does not listen"))
    let list = project.run("chat list")
    #expect(list.status == 0)
    #expect(list.output.contains("resting"))
    #expect(list.diagnostics.contains("does not listen"))
    #expect(try project.json("chat list")["dispatcher"] == "running")
    #expect(project.run("service status").status == 75)
    withExtendedLifetime(lock) {}
  }

  /// Plays the handler for one message.
  private static func answerNextMessage(
    in directory: FilePath, role: ChatMessage.Role, _ content: String
  ) {
    let conversation = Conversation(directory: directory)
    _ = try? eventually {
      try conversation.refresh()
      return !conversation.pending.isEmpty
    }
    guard let pending = conversation.pending.first else { return }
    _ = try? MessageLog(directory: directory, .outbox).append(
      NewMessage(role: role, content: content, requestID: pending.requestID))
  }
}
