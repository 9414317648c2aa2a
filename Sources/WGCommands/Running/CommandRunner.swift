internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
public import SystemPackage
internal import TimeSpans

/// Runs one command line of `wg`, from its arguments to its exit status.
public struct CommandRunner {
  private let console: Console
  private let environment: [String: String]
  private let currentDirectory: FilePath
  private let patience: TimeSpan
  private let journalFolder: FilePath?
  private let host: SystemdHost

  public init(console: Console, environment: [String: String], currentDirectory: FilePath) {
    self.init(
      console: console, environment: environment, currentDirectory: currentDirectory,
      patience: .seconds(5))
  }

  /// - Parameters:
  ///   - patience: how long a dispatcher that does not listen is waited for.
  ///   - journalFolder: the journal to read instead of this machine's.
  ///   - host: where systemd has its things.
  init(
    console: Console, environment: [String: String], currentDirectory: FilePath,
    patience: TimeSpan, journalFolder: FilePath? = nil, host: SystemdHost = .real
  ) {
    self.console = console
    self.environment = environment
    self.currentDirectory = currentDirectory
    self.patience = patience
    self.journalFolder = journalFolder
    self.host = host
  }

  /// For this process: its streams, its environment, the folder it is in.
  public static func standard() -> CommandRunner {
    CommandRunner(
      console: .standard, environment: ProcessFacts.environment,
      currentDirectory: ProcessFacts.currentDirectory)
  }

  /// Runs the command and answers its exit status.
  ///
  /// Blocks until the command is done. - Parameter arguments: without the program's name.
  public func run(_ arguments: [String]) -> Int32 {
    let line = CommandLineArguments(arguments)
    do {
      var command = try Self.parse(line)
      guard let ours = command as? any WGCommand else {
        try command.run()
        return CommandStatus.done
      }
      return perform(ours, line)
    } catch {
      return explain(error, line)
    }
  }

  /// Only the commands themselves know `--json`: where there is none, something else is the mistake.
  private static func parse(_ line: CommandLineArguments) throws -> any ParsableCommand {
    do {
      return try WG.parseAsRoot(line.rest)
    } catch {
      guard line.mentionsJSON else { throw error }
      _ = try WG.parseAsRoot(line.rest.filter { $0 != "--json" })
      throw error
    }
  }

  private func perform(_ command: any WGCommand, _ line: CommandLineArguments) -> Int32 {
    let isJSON = command.global.json || line.leadingJSON
    let context = CommandContext(
      console: console, environment: environment, currentDirectory: currentDirectory,
      directoryOption: command.global.dir ?? line.leadingDirectory, isJSON: isJSON,
      patience: patience, journalFolder: journalFolder, host: host)
    let report: Report
    do {
      report = try command.perform(in: context)
    } catch {
      report = Report([:], failure: ControlError(causedBy: error))
    }
    return report.write(to: console, asJSON: isJSON)
  }

  /// Help and version are asked for, so they are output; the rest is a misuse of the command line.
  private func explain(_ error: any Error, _ line: CommandLineArguments) -> Int32 {
    let status = WG.exitCode(for: error)
    if status.isSuccess {
      console.say(WG.fullMessage(for: error))
      return CommandStatus.done
    }
    let failure = ControlError(
      .usage, WG.message(for: error),
      hint: LegacyAdvice.hint(for: line.rest) ?? Self.usage(in: WG.fullMessage(for: error)))
    return Report([:], failure: failure).write(to: console, asJSON: line.mentionsJSON)
  }

  /// What the full message has beyond the message itself: usage, and where to read more.
  private static func usage(in text: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("Usage:") || $0.hasPrefix("Help:") })
    else { return nil }
    return lines[start...].joined(separator: "\n")
  }
}
