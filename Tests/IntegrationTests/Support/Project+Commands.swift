import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

extension Project {
  /// Runs `wg` in the project and waits for its end.
  func run(
    _ arguments: String..., input: String = "", variables: [String] = [],
    within seconds: Double = 60
  ) throws -> CommandOutcome {
    try run(arguments, input: input, variables: variables, within: seconds)
  }

  func run(
    _ arguments: [String], input: String = "", variables: [String] = [], within seconds: Double = 60
  ) throws -> CommandOutcome {
    try begin(arguments, input: input, variables: variables).finish(within: seconds)
  }

  /// Starts `wg` and goes on.
  func begin(
    _ arguments: [String], input: String = "", variables: [String] = [], program: String = "wg",
    in group: ControlGroup? = nil
  ) throws -> RunningCommand {
    try RunningCommand(
      TestPrograms.path(program), arguments, environment: environment + variables, directory: root,
      input: input, in: group)
  }

  /// Runs `wg … --json`, which has to succeed.
  func json(_ arguments: String...) throws -> JSONValue {
    try run(arguments + ["--json"]).mustSucceed().json()
  }

  /// Runs a program of the system, found in PATH, in the project.
  func begin(system name: String, _ arguments: [String]) throws -> RunningCommand {
    guard let path = SystemProgram.find(name) else { throw FaultError("\(name) is not installed") }
    return try RunningCommand(path, arguments, environment: environment, directory: root)
  }
}

/// Programs that nobody here wrote.
enum SystemProgram {
  static func find(_ name: String) -> FilePath? {
    let folders = "/usr/bin:/bin:" + (CurrentProcess.variable("PATH") ?? "")
    return ExecutableSearch.find(name, path: folders)
  }

  static func isThere(_ name: String) -> Bool { find(name) != nil }
}

extension Project {
  /// Makes a chat and gives its number.
  func createChat(_ arguments: String...) throws -> Int {
    let answer = try run(["chat", "create"] + arguments + ["--json"]).mustSucceed().json()
    guard let number = answer["chat_id"]?.int else { throw FaultError("no number: \(answer)") }
    return Int(number)
  }

  /// Makes a chat whose handler is the misbehaving child, or several lines of shell.
  ///
  /// In the lines, `$CHILD` is the child's path.
  func createChat(script: String) throws -> Int {
    try createChat("--handler", try self.script(script).string)
  }

  /// Writes an executable shell script into the project.
  func script(_ lines: String) throws -> FilePath {
    let name = "script-\(String(RandomBytes.word(), radix: 36)).sh"
    let child = try TestPrograms.path("test-child")
    return try write(root.appending(name), "#!/bin/sh\nCHILD='\(child)'\n\(lines)\n", mode: 0o755)
  }

  /// Sends a message; it is in the inbox when this returns.
  func send(_ text: String, to chat: Int) throws {
    try run("chat", "send", "\(chat)", text).mustSucceed()
  }

  /// Sends a message and gives the answer, without the newline at its end.
  func ask(_ chat: Int, _ text: String, within seconds: Int = 60) throws -> String {
    let outcome = try run(
      ["chat", "send", "\(chat)", text, "--wait", "--timeout", "\(seconds)"],
      within: Double(seconds + 30))
    guard outcome.exit.isSuccess else { throw FaultError("\(outcome)\n\(picture)") }
    return outcome.output.hasSuffix("\n") ? String(outcome.output.dropLast()) : outcome.output
  }

  /// What `wg chat list` says of the chat.
  func status(of chat: Int) throws -> JSONValue {
    let list = try json("chat", "list", "--all")["chats"]?.array ?? []
    guard let found = list.first(where: { $0["chat_id"]?.int == Int64(chat) }) else {
      throw FaultError("chat \(chat) is not listed")
    }
    return found
  }

  func state(of chat: Int) throws -> String { try status(of: chat)["state"]?.string ?? "none" }

  func waitForState(_ state: String, of chat: Int) throws {
    try until("chat \(chat) is \(state)", every: 50) { try self.state(of: chat) == state }
  }
}
