import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

extension CommandOutcome {
  /// What every refusal has to be: this status, nothing on standard output, and on standard error
  /// one line that begins with the program's name, and perhaps a hint or how the command is used.
  func expectRefusal(
    _ status: Int32, mentioning part: String = "", hints: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
    #expect(output.isEmpty, "\(self)", sourceLocation: sourceLocation)
    #expect((1...1 + hints).contains(errorLines.count), "\(self)", sourceLocation: sourceLocation)
    #expect(errors.hasPrefix("wg: "), "\(self)", sourceLocation: sourceLocation)
    #expect(part.isEmpty || errors.contains(part), "\(self)", sourceLocation: sourceLocation)
    let isClean = !errors.utf8.contains { $0 < 0x20 && $0 != 0x0a }
    #expect(
      isClean, "control characters: \(errors.debugDescription)", sourceLocation: sourceLocation)
  }
}

/// Arguments, names and numbers that a person gets wrong.
@Suite(.serialized) struct BadArgumentTests {
  @Test(arguments: [
    ["chat", "no-such-verb"], ["no-such-verb"], ["chat", "send"], ["chat", "send", "1"],
    ["service", "start", "--idle-timeout", "soon"], ["service", "start", "--idle-timeout", "-1"],
    ["service", "start", "--stop-timeout", "99999999999999999999"],
    ["chat", "create", "--handler", "echo", "--command", "bc"],
    ["chat", "send", "1", "hello", "--timeout", "5"], ["chat", "history", "1", "-n", "-3"],
    ["chat", "history", "1", "-n", "99999999999999999999"], ["chat", "set", "1"],
    ["service", "purge-chats", "--grace", "x"], ["service", "purge-chats", "--no-such-option"],
  ])
  func `a wrong command line is told with status 64`(arguments: [String]) throws {
    let project = try Project()
    _ = try project.createChat("--handler", "echo")
    try project.run(arguments).expectRefusal(64, hints: 3)
    let json = try project.run(arguments + ["--json"])
    #expect(json.status == 64, "\(json)")
    let answer = try json.json()
    #expect(answer["ok"] == false)
    #expect(answer["code"] == "usage")
    #expect(answer["error"]?.string?.isEmpty == false)
  }

  @Test(arguments: [
    "99", "4294967295", "4294967296", "99999999999999999999999", ".chat-99", ".coordinator-99",
    "chat-99", "nobody", "00000000-0000-7000-8000-000000000000", "ffff", ".chat-", ".chat-x", "🙂",
  ])
  func `a chat that is not there is told with status 66`(reference: String) throws {
    let project = try Project()
    for verb in ["show", "history", "stop", "archive", "restore", "delete", "reset"] {
      let outcome = try project.run("chat", verb, reference)
      #expect([64, 66].contains(outcome.status), "\(outcome)")
      outcome.expectRefusal(outcome.status)
    }
    let sent = try project.run("chat", "send", reference, "hello")
    #expect([64, 66].contains(sent.status), "\(sent)")
    #expect(try project.rows(project.graph).isEmpty)
    let folders = (try? Directory.names(in: project.wg.appending("chat"))) ?? []
    #expect(folders.allSatisfy { !$0.contains("-7") }, "nothing was made: \(folders)")
  }

  @Test(arguments: ["", "..", "../../etc", "/", "a/b", "a\nb", "\u{1b}[31mred"])
  func `a chat reference with strange characters is refused cleanly`(reference: String) throws {
    let project = try Project()
    let outcome = try project.run("chat", "show", "--", reference)
    #expect([64, 66].contains(outcome.status), "\(outcome)")
    outcome.expectRefusal(outcome.status)
  }

  @Test(arguments: [
    "a/b", "/etc/passwd", "..", ".", "../up", "two\nlines", "tab\there", "\u{1b}[31mred",
    "\u{7f}", "\u{9b}31m", "7", ".chat-7", "chat-7", "", "   ",
    String(repeating: "long", count: 100),
  ])
  func `a name that cannot be one is refused`(name: String) throws {
    let project = try Project()
    try project.run("chat", "create", "--handler", "echo", "--name", name).expectRefusal(64)
    #expect(try project.rows(project.graph).isEmpty)
    try project.start()
    let answer = try ControlClient(project).ask([
      "cmd": "create_chat", "name": .text(name), "executor": "echo",
    ])
    #expect(answer["ok"] == false, "\(answer)")
    #expect(try project.rows(project.graph).isEmpty)
  }

  @Test func `two chats do not get one name`() throws {
    let project = try Project()
    _ = try project.createChat("--handler", "echo", "--name", "same")
    let second = try project.run("chat", "create", "--handler", "echo", "--name", "same")
    #expect([1, 64].contains(second.status), "\(second)")
    #expect(try project.rows(project.graph).count == 1)
  }

  @Test func `a graph with escape sequences in it does not reach the terminal`() throws {
    let project = try Project()
    let row =
      #"{"kind":"task","id":".chat-1","title":"Chat: \u001b[2Jgone\u0007\nnext","#
      + #""status":"in-progress","tags":["chat-loop"],"executor_preset_name":"\u001b]0;x\u0007"}"#
    try project.write(project.graph, row + "\n")
    for command in [["list"], ["chat", "list"], ["chat", "show", "1"], ["show", ".chat-1"]] {
      let outcome = try project.run(command).mustSucceed()
      let bytes = outcome.output.utf8
      #expect(
        !bytes.contains { $0 < 0x20 && $0 != 0x0a }, "\(command) \(outcome.output.debugDescription)"
      )
    }
    let forged = try project.run("chat", "list").lines.contains { $0.hasPrefix("next") }
    #expect(!forged, "a title cannot forge a line")
  }

  @Test func `without a project every command says how to make one`() throws {
    let project = try Project(initialized: false)
    for command in [
      ["chat", "list"], ["service", "start"], ["service", "status"], ["list"],
      ["chat", "create"], ["service", "purge-chats"], ["migrate", "chat-rename"],
    ] {
      try project.run(command).expectRefusal(66, mentioning: "wg init")
    }
    try project.run("chat", "list", variables: ["WG_DIR=/no/such/folder"]).expectRefusal(66)
    try project.run("--dir", "/no/such/folder", "chat", "list").expectRefusal(66)
    try project.write(project.wg, "a file")
    let file = try project.run("chat", "list")
    #expect([65, 66].contains(file.status), "\(file)")
  }

  @Test func `a second init changes nothing`() throws {
    let project = try Project()
    _ = try project.createChat("--handler", "echo")
    let graph = text(of: project.graph)
    let again = try project.run("init")
    #expect(again.status == 1, "\(again)")
    #expect(text(of: project.graph) == graph)
  }

  @Test func `strange environment variables are told or ignored and never followed`() throws {
    let project = try Project()
    try project.start()
    _ = try project.createChat("--handler", "echo")
    for value in ["x", "-1", "99999999999999999999", "../..", "\u{1b}[31m", ""] {
      let outcome = try project.run(
        ["service", "purge-chats", "--dry-run", "--json"], variables: ["WG_CHAT_ID=\(value)"])
      #expect([0, 64, 66].contains(outcome.status), "\(outcome)")
      _ = try outcome.json()
    }
    for value in ["", "x", "/no/such/socket", "@", String(repeating: "x", count: 5_000)] {
      let other = try Project()
      let dispatcher = try other.beginDispatcher(variables: ["NOTIFY_SOCKET=\(value)"])
      try other.waitUntilItServes()
      try dispatcher.process.signal(.terminate)
      #expect(try dispatcher.finish().status == 0)
    }
  }

  @Test func `a wrong command line of the daemon is told`() throws {
    let project = try Project()
    for arguments in [["--idle-timeout", "soon"], ["--no-such"], ["--stop-timeout"], ["--socket"]] {
      let dispatcher = try project.begin(
        ["--dir", project.root.string] + arguments, program: "wg-dispatcher")
      let outcome = try dispatcher.finish()
      #expect(outcome.status == 64, "\(outcome)")
      #expect(outcome.errors.hasPrefix("wg-dispatcher: "))
    }
    let nowhere = try project.begin(["--dir", "/no/such"], program: "wg-dispatcher").finish()
    #expect(nowhere.status == 66, "\(nowhere)")
    let started = try project.run("service", "start", "--socket", "/no/such/folder/s.sock")
    #expect(started.status != 0)
    #expect(started.errors.hasPrefix("wg: "), "\(started)")
    #expect(project.processes().isEmpty)
  }

  @Test func `a handler that does not exist is told and contained`() throws {
    let project = try Project()
    let missing = try project.run("chat", "create", "--handler", "./no-such-program")
    if !missing.exit.isSuccess { missing.expectRefusal(missing.status) }
    // There when the chat is made, gone when it is needed.
    let program = try project.script("exit 0")
    let chat = try project.createChat("--handler", program.string)
    _ = try AtomicFile.remove(program)
    try project.start("--backoff-initial", "1ms", "--backoff-max", "1ms")
    try project.appendMessage("hello", to: chat)
    try project.waitForState("parked", of: chat)
    #expect(try project.starts(of: chat) == 8)
    #expect(project.log.contains("No such file"))
    #expect(try project.outbox(of: chat).isEmpty, "it is not the message's fault")
    try project.run("chat", "set", "\(chat)", "--handler", "echo").mustSucceed()
    try project.run("chat", "reset", "\(chat)").mustSucceed()
    try project.waitForAnswers(of: chat)
  }

  @Test func `long and strange messages arrive as they were sent`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    for text in [
      "🙂 ünïcödé \u{2028}", "line\nline\n\n", "\"quotes\\ \u{1b}[31m\"", "-", " ", "--wait",
      String(repeating: "x", count: 900_000),
    ] {
      try project.run(["chat", "send", "\(chat)", "-"], input: text + "\n").mustSucceed()
      try project.waitForAnswers(of: chat)
      #expect(try project.inbox(of: chat).last?["content"]?.string == text)
      #expect(try project.outbox(of: chat).last?["content"]?.string == text)
    }
    try project.run("chat", "send", "\(chat)", "").expectRefusal(64)
  }
}
