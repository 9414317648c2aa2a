import ChatStorage
import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What a handler of each kind keeps to itself, and away from.
@Suite struct HandlerBoundaryTests {
  enum Kind: String, CaseIterable, Sendable {
    case command, openai, acp, claude, codex

    /// Those that run a program.
    static let withProgram: [Kind] = [.command, .acp, .claude, .codex]

    /// One that answers whatever it is asked.
    func run(
      in chat: TestChat, _ endpoint: RunningEndpoint, environment: [String: String] = [:],
      lock: Descriptor? = nil
    ) throws -> RunningHandler {
      let place = ["WG_ENDPOINT": endpoint.url, "WG_MODEL": "echo"]
      let variables = self == .openai ? place.merging(environment) { $1 } : environment
      return try RunningHandler(arguments, in: chat, environment: variables, lock: lock)
    }

    private var arguments: [String] {
      switch self {
      case .command: ["command", "--no-pty", "--quiet", "200ms", "--", "sh"]
      case .openai: ["openai"]
      case .acp: FakeAgent.acp.arguments()
      case .claude: FakeAgent.claude.arguments()
      case .codex: FakeAgent.codex.arguments()
      }
    }

    /// A question that its answer repeats.
    var question: String { self == .command ? "echo hello" : "hello" }
  }

  @Test(arguments: Kind.allCases)
  func `it answers in its own chat, and leaves the one beside it as it was`(kind: Kind) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let beside = chat.project.appending("beside")
    try Directory.create(beside)
    try MessageLog(directory: beside, .inbox)
      .append(NewMessage(role: .user, content: kind.question, requestID: "r", user: "other"))
    let before = try Directory.names(in: beside).sorted()
    let handler = try kind.run(in: chat, endpoint)
    #expect(try chat.ask(kind.question).contains("hello"), "\(chat.log)")
    #expect(try Directory.names(in: beside).sorted() == before)
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: Kind.allCases)
  func `with the lock of one chat it writes nothing into another`(kind: Kind) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let mine = chat.project.appending("mine")
    try Directory.create(mine)
    let lock = try Descriptor.open(
      SessionLock.file(in: mine), flags: O_RDWR | O_CREAT, mode: 0o600)
    try AtomicFile.replace(SessionLock.file(in: chat.directory), with: [])
    let request = try chat.send(kind.question)
    let handler = try kind.run(in: chat, endpoint, lock: lock)
    #expect(try handler.awaitExit() == .exited(73))
    #expect(try chat.answers(to: request).isEmpty)
    #expect(chat.cursor == nil)
  }

  @Test(arguments: Kind.withProgram)
  func `its program has no descriptor of the handler, nor the talk with the dispatcher`(
    kind: Kind
  ) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let lock = try Descriptor.open(
      SessionLock.file(in: chat.directory), flags: O_RDWR | O_CREAT, mode: 0o600)
    let handler = try kind.run(
      in: chat, endpoint, environment: ["WATCHDOG_USEC": "60000000", "LISTEN_FDS": "1"], lock: lock)
    let descriptors = try chat.ask(kind == .command ? "ls /proc/self/fd | xargs" : "descriptors")
    // The fourth is the folder that is being read.
    #expect(descriptors.split(whereSeparator: \.isWhitespace) == ["0", "1", "2", "3"])
    let names = try chat.ask(kind == .command ? "env | cut -d= -f1 | xargs" : "environment")
    // Shells and Python set some by themselves.
    let own: Set<Substring> = ["LC_CTYPE", "PWD", "OLDPWD", "SHLVL", "_"]
    let given = Set(names.split(whereSeparator: \.isWhitespace)).subtracting(own)
    #expect(
      given == [
        "HOME", "PATH", "WG_CHAT_DIR", "WG_CHAT_ID", "WG_CHAT_REF", "WG_DIR", "WG_INCARNATION",
        "WG_TASK_ID",
      ])
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: Kind.allCases)
  func `what its environment keeps secret stands in no argument, log or file`(kind: Kind) throws {
    let endpoint = try RunningEndpoint()
    let chat = try TestChat()
    let secret = ["AGENT_API_KEY": "open-sesame"]
    var handler = try kind.run(in: chat, endpoint, environment: secret)
    #expect(try chat.ask(kind.question).contains("hello"), "\(chat.log)")
    let family = [handler.process.pid] + ProcessTable.descendants(of: handler.process.pid)
    for pid in family {
      #expect(text(of: FilePath("/proc/\(pid)/cmdline"))?.contains("sesame") != true)
    }
    // A run that fails says why.
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    try chat.send(kind == .command ? "echo so; exit 3" : "crash")
    handler = try kind.run(
      in: chat, endpoint, environment: secret.merging(["WG_MODEL": "status:401"]) { $1 })
    #expect(try handler.awaitExit() != .exited(0))
    #expect(!chat.log.isEmpty && !chat.log.contains("sesame"), "\(chat.log)")
    for name in try Directory.names(in: chat.directory) {
      let kept = text(of: chat.directory.appending(name)) ?? ""
      #expect(!kept.contains("sesame"), "\(name)")
    }
  }
}
