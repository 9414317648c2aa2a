import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

/// Seconds that a real process may take on a machine that is busy.
let patience = 60.0

/// A real `wg-handler` with a chat of its own, started as a dispatcher would.
final class RunningHandler {
  let chat: TestChat
  private(set) var process: ProcessDescriptor
  private let notify: DatagramSocket
  private var notifications: [String] = []

  /// `lock` is the session's, as descriptor 3; without it the handler is one that nobody supervises.
  init(
    _ arguments: [String], in chat: TestChat, environment changes: [String: String] = [:],
    lock: Descriptor? = nil
  ) throws {
    self.chat = chat
    let address = "@wg-test-\(String(RandomBytes.word(), radix: 36))"
    guard let name = SocketAddress(address) else { throw FaultError("no address") }
    notify = try DatagramSocket.bind(name)
    process = try RunningHandler.spawn(arguments, chat, address, changes, lock)
  }

  private static func spawn(
    _ arguments: [String], _ chat: TestChat, _ address: String, _ changes: [String: String],
    _ lock: Descriptor?
  ) throws -> ProcessDescriptor {
    var variables = chat.environment.merging(["NOTIFY_SOCKET": address]) { $1 }
    variables["PATH"] = CurrentProcess.variable("PATH") ?? "/usr/bin:/bin"
    variables["HOME"] = chat.directory.string
    variables.merge(changes) { $1 }
    let errors = try Descriptor.open(
      chat.errors, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    let program = try TestPrograms.path("wg-handler")
    let request = SpawnRequest(
      executable: program, arguments: ["wg-handler"] + arguments,
      environment: variables.map { "\($0.key)=\($0.value)" },
      descriptors: [.init(errors, as: 1), .init(errors, as: 2)]
        + (lock.map { [.init($0, as: 3)] } ?? []), isSubreaper: true)
    return try Spawn.run(request).descriptor
  }

  deinit {
    if process.isAlive {
      for pid in ProcessTable.descendants(of: process.pid) { kill(pid, SIGKILL) }
      try? process.signal(.kill)
    }
    _ = eventually {
      // An error: it was reaped already.
      do { return try process.reap() != nil } catch { return true }
    }
  }

  /// How it ended.
  func awaitExit() throws -> ExitStatus {
    try eventually(within: patience, "the end of the handler; \(chat.log)") { try process.reap() }
  }

  /// Waits for a line to its notification socket.
  func awaitNotification(_ line: String) throws {
    let isThere = try eventually(within: patience) {
      while let datagram = try notify.receive() {
        let text = String(decoding: datagram.bytes, as: UTF8.self)
        notifications += text.split(separator: "\n").map(String.init)
      }
      return notifications.contains(line)
    }
    guard isThere else { throw FaultError("no \(line) among \(notifications); \(chat.log)") }
  }
}

/// The folder of a chat, and both ends of the conversation.
final class TestChat {
  private let temporary: TemporaryDirectory
  let directory: FilePath

  init() throws {
    temporary = try TemporaryDirectory()
    directory = temporary.file("chat")
    try Directory.create(directory)
  }

  /// The project's folder.
  var project: FilePath { temporary.path }

  var environment: [String: String] {
    [
      "WG_DIR": temporary.path.string, "WG_CHAT_ID": "3", "WG_CHAT_REF": "chat-3",
      "WG_TASK_ID": ".chat-3", "WG_CHAT_DIR": directory.string, "WG_INCARNATION": "1",
      "WG_STOP_TIMEOUT_USEC": "1000000",
    ]
  }

  /// Where standard output and standard error of the handlers go.
  var errors: FilePath { temporary.file("errors") }
  var log: String { text(of: errors) ?? "" }

  var inbox: MessageLog { MessageLog(directory: directory, .inbox) }
  private var outbox: MessageLog { MessageLog(directory: directory, .outbox) }

  /// Asks something; answers the request id.
  @discardableResult
  func send(_ content: String) throws -> String {
    let request = "test-\(String(RandomBytes.word(), radix: 36))"
    try inbox.append(
      NewMessage(role: .user, content: content, requestID: request, user: "tester"))
    return request
  }

  var answers: [ChatMessage] {
    get throws { try outbox.last(10_000) }
  }

  func answers(to request: String) throws -> [ChatMessage] {
    try answers.filter { $0.requestID == request }
  }

  /// Waits for the answer to a request.
  func answer(to request: String) throws -> ChatMessage {
    try eventually(within: patience, "an answer to \(request); \(log)") {
      try answers(to: request).first
    }
  }

  /// Asks, waits, and answers the content.
  func ask(_ content: String) throws -> String {
    try answer(to: try send(content)).content
  }

  var cursor: String? { text(of: directory.appending(".coordinator-cursor")) }
}
