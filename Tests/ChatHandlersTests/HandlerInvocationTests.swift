import HandlerKinds
import TestSupport
import Testing

@testable import ChatHandlers

@Suite struct HandlerInvocationTests {
  private func command(_ arguments: [String]) throws -> CommandSettings {
    guard case .run(let given) = try HandlerInvocation.parse(["command"] + arguments) else {
      throw FaultError("no invocation")
    }
    return CommandSettings(given)
  }

  private func complaint(about arguments: [String]) -> String? {
    do throws(UsageError) {
      _ = try HandlerInvocation.parse(arguments)
      return nil
    } catch { return error.description }
  }

  @Test func `echo takes nothing more`() throws {
    #expect(try HandlerInvocation.parse(["echo"]) == .run(HandlerArguments(.echo)))
    #expect(complaint(about: ["echo", "loud"]) == "handler kind echo takes no argument 'loud'")
  }

  @Test func `a kind of a later version is not an error of the caller`() throws {
    #expect(try HandlerInvocation.parse(["nex"]) == .unavailable("nex"))
  }

  @Test func `command takes the program with its own options`() throws {
    let expected = CommandSettings(arguments: ["python3", "-iq", "--prompt"])
    #expect(try command(["--", "python3", "-iq", "--prompt"]) == expected)
    #expect(try command(["python3", "-iq", "--prompt"]) == expected)
  }

  @Test func `command takes its settings in both spellings`() throws {
    let settings = try command([
      "--prompt", "a> ", "--prompt=b> ", "--quiet=0.1", "--silence", "5s",
      "--answer-timeout", "1min 30s", "--no-pty", "--", "sqlite3",
    ])
    let expected = CommandSettings(
      arguments: ["sqlite3"], prompts: ["a> ", "b> "], quiet: 100_000_000,
      silence: 5_000_000_000, answerTimeout: 90_000_000_000, usesTerminal: false)
    #expect(settings == expected)
  }

  @Test(arguments: [
    ([], "kind is missing"), (["--loud"], "'--loud'"), ([""], "unknown option ''"),
    (["command"], "needs a program"), (["command", "--"], "needs a program"),
    (["command", "--", ""], "needs a program"),
    (["command", "--quiet"], "--quiet needs a value"),
    (["command", "--quiet", "--", "cat"], "--quiet needs a value"),
    (["command", "--quiet=", "cat"], "--quiet needs a value"),
    (["command", "--quiet", "soon", "cat"], "not a time span"),
    (["command", "--quiet", "0", "cat"], "not a time span"),
    (["command", "--no-pty=yes", "cat"], "no value is expected before 'yes'"),
    (["command", "--loud", "cat"], "unknown option '--loud'"),
  ])
  func `what is wrong is named`(arguments: [String], expected: String) throws {
    let message = try #require(complaint(about: arguments))
    #expect(message.contains(expected))
  }

  @Test func `help and version are found where people put them`() throws {
    for arguments in [["--help"], ["-h"], ["echo", "--help"], ["command", "--help"]] {
      #expect(try HandlerInvocation.parse(arguments) == .help)
    }
    #expect(try HandlerInvocation.parse(["--version"]) == .version)
    #expect(try command(["--", "cat", "--help"]) == CommandSettings(arguments: ["cat", "--help"]))
  }
}
