import ArgumentParser
import ControlProtocol
import JSONLines
import SystemPackage
import Testing
import TimeSpans

@testable import WGCommands

struct CommandLineTests {
  @Test(arguments: [
    "init", "service start", "service stop", "service restart", "service reload", "service status",
    "service logs", "service purge-chats", "service archive-all-chats", "service create-chat",
    "service archive-chat", "service stop-chat", "service delete-chat", "service interrupt-chat",
    "service set-executor", "service create-coordinator", "service archive-coordinator",
    "service stop-coordinator", "service delete-coordinator", "service interrupt-coordinator",
    "service set-coordinator-executor", "chat create", "chat new", "chat list", "chat ls",
    "chat show", "chat history", "chat send", "chat stop", "chat start", "chat interrupt",
    "chat archive", "chat restore", "chat delete", "chat reset", "chat set", "list", "show",
    "migrate chat-rename", "completions",
  ])
  func `every command explains itself`(_ command: String) {
    let asked = RunOutcome.of("\(command) --help")
    #expect(asked.status == 0)
    #expect(asked.output.contains("USAGE: wg "))
    #expect(asked.output.contains("--json"), "\(asked.output)")
    let helped = RunOutcome.of("help \(command)")
    #expect(helped.status == 0)
    #expect(helped.output == asked.output)
  }

  @Test(arguments: [
    ("--help", ["init", "service", "chat", "list", "show", "migrate", "completions"]),
    (
      "service --help",
      [
        "start", "stop", "restart", "reload", "status", "logs", "purge-chats", "archive-all-chats",
        "create-chat", "archive-chat", "stop-chat", "delete-chat", "interrupt-chat", "set-executor",
      ]
    ),
    (
      "chat --help",
      [
        "create", "new", "list", "ls", "show", "history", "send", "stop", "start", "interrupt",
        "archive", "restore", "delete", "reset", "set",
      ]
    ),
  ])
  func `help names every command`(_ line: String, _ names: [String]) {
    let help = RunOutcome.of(line).output
    for name in names {
      #expect(
        help.contains(" \(name) ") || help.contains(" \(name)\n") || help.contains(" \(name),"))
    }
  }

  @Test(arguments: [
    "frobnicate", "chat frobnicate", "chat show", "chat show 1 2", "service start --idle-timeout x",
    "service start --stop-timeout infinity", "service purge-chats --grace -1", "--nonsense",
    "chat send 1", "chat send 1 hi --timeout 3", "chat set 1", "chat set 1 --handler a --command b",
    "chat create --handler echo --command bc", "chat history 1 -n -3", "completions tcsh",
    "chat create --name", "service logs -n x",
  ])
  func `a wrong command line is a usage error with a hint`(_ line: String) {
    let outcome = RunOutcome.of(line)
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.diagnostics.hasPrefix("wg: "), "\(outcome.diagnostics)")
    #expect(outcome.diagnostics.contains("Usage: wg "), "\(outcome.diagnostics)")
    #expect(outcome.diagnostics.contains("--help"))
  }

  @Test(arguments: ["chat show --json", "--json chat show", "--json frobnicate"])
  func `a usage error is one JSON document too`(_ line: String) throws {
    let outcome = RunOutcome.of(line)
    #expect(outcome.status == 64)
    #expect(outcome.diagnostics.isEmpty)
    let json = try JSONValue.parse(Array(outcome.output.utf8))
    #expect(json["ok"] == false)
    #expect(json["code"] == "usage")
    #expect(json["error"]?.string?.isEmpty == false)
  }

  @Test func `the version is printed`() {
    let outcome = RunOutcome.of("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output == "wg 0.1.0\n")
  }

  @Test func `without a command the help is shown`() {
    #expect(RunOutcome.of("").output == RunOutcome.of("--help").output)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completion scripts know the commands`(_ shell: String) {
    let outcome = RunOutcome.of("completions \(shell)")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("purge-chats"))
  }

  @Test func `options of the existing program are accepted`() throws {
    let start = try WG.parseAsRoot([
      "service", "start", "--max-agents", "3", "--interval", "5", "--executor", "echo", "--model",
      "m", "--port", "1", "--force", "--no-coordinator-agent",
    ])
    let command = try #require(start as? ServiceStart)
    #expect(command.ignored.notes.count == 6)
    #expect(command.options.noChatAgent)
    for flag in ["--include-active", "--force", "--all"] {
      #expect(try WG.parseAsRoot(["service", "purge-chats", flag]) is ServicePurgeChats)
    }
  }

  @Test func `a message may begin with a dash after two dashes`() throws {
    let command = try #require(
      try WG.parseAsRoot(["chat", "send", "1", "--", "-v"]) as? ChatSend)
    #expect(command.text == "-v")
    let dash = try #require(try WG.parseAsRoot(["chat", "send", "1", "-"]) as? ChatSend)
    #expect(dash.text == "-")
  }

  @Test func `global options may stand before the command`() {
    let line = CommandLineArguments(["--dir", "/x", "--json", "chat", "list", "--all"])
    #expect(line.rest == ["chat", "list", "--all"])
    #expect(line.leadingDirectory == "/x")
    #expect(line.leadingJSON)
    #expect(CommandLineArguments(["--dir=/y", "list"]).leadingDirectory == "/y")
    #expect(!CommandLineArguments(["chat", "send", "1", "--", "--json"]).mentionsJSON)
  }

  @Test func `start options become those of the daemon`() throws {
    let parsed = try WG.parseAsRoot([
      "service", "start", "--idle-timeout", "5min", "--stop-timeout", "0.3", "--start-timeout",
      "90", "--backoff-initial", "100ms", "--backoff-max", "1h 30min", "--no-chat-agent",
      "--socket", "s.sock",
    ])
    let command = try #require(parsed as? ServiceStart)
    let context = CommandContext(
      console: Console(write: { _, _ in }), environment: [:], currentDirectory: "/p/q",
      directoryOption: nil, isJSON: false, patience: .seconds(1))
    #expect(
      command.options.arguments(in: context) == [
        "--socket", "/p/q/s.sock", "--idle-timeout", "5min", "--stop-timeout", "300ms",
        "--start-timeout", "1min 30s", "--backoff-initial", "100ms", "--backoff-max", "1h 30min",
        "--no-chat-agent",
      ])
  }
}
