import ChatStorage
import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import ChatHandlers

/// Whether a program is there; says so when it is not.
private func has(_ program: String) -> Bool {
  if ExecutableSearch.find(program, path: CurrentProcess.variable("PATH")) != nil { return true }
  print("skipped: \(program) is not installed")
  return false
}

@Suite struct CommandHandlerTests {
  private func handler(_ arguments: [String], in chat: TestChat) throws -> RunningHandler {
    try RunningHandler(["command"] + arguments, in: chat)
  }

  @Test(.enabled(if: has("bc"))) func `bc keeps its variables between messages`() throws {
    let chat = try TestChat()
    let handler = try handler(["--silence", "600ms", "--", "bc"], in: chat)
    #expect(try chat.ask("6 * 7") == "42")
    #expect(try chat.ask("x = 5") == "")
    #expect(try chat.ask("x * x") == "25")
    #expect(try chat.ask("2^100") == "1267650600228229401496703205376")
    try handler.awaitNotification("READY=1")
  }

  @Test(.enabled(if: has("sqlite3"))) func `sqlite3 answers without its prompt`() throws {
    let chat = try TestChat()
    let handler = try handler(
      ["--prompt", "sqlite> ", "--prompt", "   ...> ", "--", "sqlite3"], in: chat)
    #expect(try chat.ask("create table t(a, b);") == "")
    #expect(try chat.ask("insert into t values (1, 'ä'), (2, 'b');") == "")
    #expect(try chat.ask("select * from t;") == "1|ä\n2|b")
    #expect(try chat.ask("select count(*)") == "")
    #expect(try chat.ask("from t;") == "2")
    #expect(try chat.ask("select 1;\nselect 2;") == "1\n2")
    withExtendedLifetime(handler) {}
  }

  @Test(.enabled(if: has("python3"))) func `python3 shows its prompt and is understood`() throws {
    let chat = try TestChat()
    let handler = try handler(["--", "python3", "-iq"], in: chat)
    #expect(try chat.ask("x = 20") == "")
    #expect(try chat.ask("x + 22") == "42")
    #expect(try chat.ask("print('a\\n\\x1b[31mb')") == "a\nb")
    #expect(try chat.ask("1/0").hasSuffix("ZeroDivisionError: division by zero"))
    let long = String(repeating: "y", count: 20_000)
    #expect(try chat.ask("print(len('\(long)'))") == "20000")
    #expect(try chat.ask("a = 1\nb = 2\na + b") == "3")
    withExtendedLifetime(handler) {}
  }

  @Test func `a pause of a program that works does not end its answer`() throws {
    let chat = try TestChat()
    let handler = try handler(["--quiet", "50ms", "--", "sh"], in: chat)
    let answer = try chat.ask("echo one; sleep 0.6; echo two")
    #expect(answer == "one\ntwo", "\(chat.log)")
    withExtendedLifetime(handler) {}
  }

  @Test func `pipes do where a terminal is not wanted`() throws {
    let chat = try TestChat()
    let handler = try handler(["--no-pty", "--quiet", "50ms", "--", "sh"], in: chat)
    #expect(try chat.ask("echo out; echo err >&2; test -t 0 || echo piped") == "out\npiped")
    #expect(eventually { chat.log.contains("err") })
    withExtendedLifetime(handler) {}
  }

  @Test func `the program has a terminal but none of the talk with the dispatcher`() throws {
    let chat = try TestChat()
    let handler = try handler(["--quiet", "50ms", "--", "sh"], in: chat)
    let answer = try chat.ask("test -t 2 && echo $TERM ${NOTIFY_SOCKET:-none} $WG_CHAT_ID; tty")
    #expect(answer.contains("dumb none 3\n/dev/pts/"))
    withExtendedLifetime(handler) {}
  }

  @Test func `a program that fails in its answer ends the handler and leaves the message`() throws {
    let chat = try TestChat()
    let request = try chat.send("echo last words; exit 3")
    let handler = try handler(["--", "sh"], in: chat)
    #expect(try handler.awaitExit() == .exited(70))
    #expect(chat.log.contains("exited with status 3"))
    #expect(chat.log.contains("last words"))
    #expect(try chat.answers(to: request).isEmpty)
    #expect(chat.cursor == nil)
  }

  @Test func `a program that says goodbye has answered`() throws {
    let chat = try TestChat()
    let handler = try handler(["--", "sh"], in: chat)
    #expect(try chat.ask("echo bye; exit 0").contains("bye"))
    #expect(try handler.awaitExit() == .exited(0))
  }

  @Test func `a program that ends before the first message is a failure`() throws {
    let chat = try TestChat()
    try chat.send("hello")
    let handler = try handler(["--", "sh", "-c", "echo no licence; exit 9"], in: chat)
    #expect(try handler.awaitExit() == .exited(70))
    #expect(chat.log.contains("no licence"))
    #expect(try chat.answers.isEmpty)
  }

  @Test func `a program that is not there is named`() throws {
    let chat = try TestChat()
    let handler = try handler(["--", "no-such-program"], in: chat)
    #expect(try handler.awaitExit() == .exited(69))
    #expect(chat.log.contains("no-such-program"))
  }

  @Test func `an interrupt ends the turn with what was printed`() throws {
    let chat = try TestChat()
    let handler = try handler(["--quiet", "50ms", "--", "sh"], in: chat)
    try handler.awaitNotification("READY=1")
    let request = try chat.send("trap 'echo caught' INT; echo begun; sleep 1000")
    try handler.awaitNotification("STATUS=answering message 1")
    let sleeping = eventually { chat.sleepers(below: handler.process.pid) == 1 }
    #expect(sleeping)
    try handler.process.signal(.interrupt)
    let answer = try chat.answer(to: request).content
    #expect(answer.contains("begun") && answer.hasSuffix("(interrupted)"))
    #expect(try chat.ask("echo still here").contains("still here"))
  }

  @Test func `a program that dies of the interrupt is replaced`() throws {
    let chat = try TestChat()
    let handler = try handler(["--no-pty", "--quiet", "50ms", "--", "cat"], in: chat)
    #expect(try chat.ask("one") == "one")
    let sleeper = try RunningHandler(
      ["command", "--no-pty", "--", "sh", "-c", "read line; sleep 1000"], in: try TestChat())
    let request = try sleeper.chat.send("go")
    #expect(eventually { sleeper.chat.sleepers(below: sleeper.process.pid) == 1 })
    try sleeper.process.signal(.interrupt)
    let answer = try sleeper.chat.answer(to: request)
    #expect(answer.content == "(interrupted; the program ended and was restarted)")
    #expect(answer.role == .coordinator)
    withExtendedLifetime(handler) {}
  }

  @Test func `SIGTERM in a turn leaves the message for the next handler`() throws {
    let chat = try TestChat()
    let first = try handler(["--", "sh"], in: chat)
    let request = try chat.send("echo begun; sleep 1000; echo done")
    #expect(eventually { chat.sleepers(below: first.process.pid) == 1 })
    let program = ProcessTable.children(of: first.process.pid)
    try first.process.signal(.terminate)
    #expect(try first.awaitExit() == .exited(0))
    #expect(try chat.answers(to: request).isEmpty)
    #expect(program.allSatisfy { ProcessIdentity.of($0)?.isStillRunning != true })
    let second = try handler(["--no-pty", "--quiet", "50ms", "--", "cat"], in: chat)
    #expect(try chat.answer(to: request).content == "echo begun; sleep 1000; echo done")
    #expect(try chat.answers.count == 1)
    withExtendedLifetime(second) {}
  }

  @Test func `a program that ignores SIGTERM and its orphans die with the handler`() throws {
    let chat = try TestChat()
    let handler = try handler(["--quiet", "50ms", "--", "sh"], in: chat)
    let script = "trap '' TERM HUP; setsid sh -c 'trap \"\" TERM; sleep 1000' & sleep 1000"
    try chat.send(script)
    #expect(eventually { chat.sleepers(below: handler.process.pid) == 2 })
    let all = ProcessTable.descendants(of: handler.process.pid).compactMap {
      ProcessIdentity.of($0)
    }
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    #expect(all.allSatisfy { !$0.isStillRunning })
  }

  @Test func `a program that does not answer is replaced, and the sender is told`() throws {
    let chat = try TestChat()
    let handler = try handler(
      ["--answer-timeout", "1s", "--quiet", "50ms", "--", "sh"], in: chat)
    let answer = try chat.answer(to: try chat.send("echo begun; sleep 1000"))
    #expect(answer.role == .systemError)
    #expect(answer.content.contains("no answer in 1 s"))
    #expect(answer.content.contains("begun"))
    #expect(try chat.ask("echo fresh").contains("fresh"))
    withExtendedLifetime(handler) {}
  }

  @Test func `a flood is cut, and the program replaced`() throws {
    let chat = try TestChat()
    let handler = try handler(["--no-pty", "--quiet", "50ms", "--", "sh"], in: chat)
    let flood = "head -c 70000000 /dev/zero | tr '\\0' y"
    let answer = try chat.ask(flood)
    #expect(answer.utf8.count < AnswerText.limit + 200)
    #expect(answer.contains("longer than 1 MiB"))
    #expect(answer.hasSuffix("was restarted)"))
    #expect(try chat.ask("echo fresh") == "fresh")
    withExtendedLifetime(handler) {}
  }

  @Test func `output between messages is no part of the next answer`() throws {
    let chat = try TestChat()
    let handler = try handler(["--no-pty", "--quiet", "50ms", "--", "sh"], in: chat)
    let fifo = chat.directory.appending("fifo")
    #expect(
      try chat.ask("mkfifo \(fifo); (read go < \(fifo); echo late; echo > \(fifo)) & echo now")
        == "now")
    let gate = try Descriptor.open(fifo, flags: O_WRONLY)
    try gate.writeAll("go\n".utf8)
    #expect(eventually { chat.log.contains("output outside of an answer: late") })
    #expect(try chat.ask("echo next") == "next")
    withExtendedLifetime(handler) {}
  }
}

extension TestChat {
  /// How many `sleep` processes a process has among its descendants.
  func sleepers(below pid: Int32) -> Int {
    ProcessTable.descendants(of: pid).count {
      text(of: FilePath("/proc/\($0)/comm")) == "sleep\n"
    }
  }
}
