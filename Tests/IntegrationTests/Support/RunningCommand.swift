import LinuxSystem
import SystemPackage
import TestSupport

/// What a command came to.
struct CommandOutcome: CustomStringConvertible {
  let command: String
  let exit: ExitStatus
  let output: String
  let errors: String

  /// The exit status; -1 for a command that a signal ended.
  var status: Int32 {
    if case .exited(let status) = exit { status } else { -1 }
  }

  var lines: [String] { output.split(separator: "\n").map(String.init) }
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  var description: String {
    "`\(command)` \(exit)\n  output: \(output.prefix(2_000))\n  errors: \(errors.prefix(2_000))"
  }
}

/// A command that was started and goes on by itself until somebody asks how it ended.
final class RunningCommand {
  let process: ProcessDescriptor
  private let command: String
  private let output: Descriptor
  private let errors: Descriptor
  private var read: (output: [UInt8], errors: [UInt8]) = ([], [])
  private(set) var exit: ExitStatus?

  init(
    _ executable: FilePath, _ arguments: [String], environment: [String], directory: FilePath,
    input text: String = "", in group: ControlGroup? = nil
  ) throws {
    let name = executable.lastComponent?.string ?? ""
    let (toChild, fromChild, errorsFromChild) = (try Pipe(), try Pipe(), try Pipe())
    var request = SpawnRequest(
      executable: executable, arguments: [name] + arguments, environment: environment,
      directory: directory)
    request.descriptors = [
      .init(toChild.readEnd, as: 0), .init(fromChild.writeEnd, as: 1),
      .init(errorsFromChild.writeEnd, as: 2),
    ]
    request.controlGroup = try group?.open()
    command = ([name] + arguments).map { $0.count > 200 ? "\($0.prefix(200))…" : $0 }
      .joined(separator: " ")
    process = try Spawn.run(request).descriptor
    (output, errors) = (fromChild.readEnd, errorsFromChild.readEnd)
    try output.setNonBlocking(true)
    try errors.setNonBlocking(true)
    // Its input ends here, when the pipe goes out of scope.
    try? toChild.writeEnd.writeAll(text.utf8)
  }

  deinit {
    guard exit == nil else { return }
    try? process.signal(.kill)
    _ = try? eventually(within: 10) { try process.reap() != nil }
  }

  var pid: Int32 { process.pid }

  /// What it printed so far.
  func outputSoFar() throws -> String {
    try takeOutput()
    return String(decoding: read.output, as: UTF8.self)
  }

  /// Waits for its end; kills it and throws when that does not come in time.
  func finish(within seconds: Double = 60) throws -> CommandOutcome {
    let ended = try eventually(within: seconds, every: 2) {
      try takeOutput()
      if exit == nil { exit = try process.reap() }
      return exit != nil
    }
    guard ended, let exit else {
      try? process.signal(.kill)
      throw FaultError("`\(command)` did not end in \(seconds) s; it printed \(try outputSoFar())")
    }
    try takeOutput()
    return CommandOutcome(
      command: command, exit: exit, output: String(decoding: read.output, as: UTF8.self),
      errors: String(decoding: read.errors, as: UTF8.self))
  }

  /// Whether everybody has closed its standard output, descendants included.
  func outputHasEnded() throws -> Bool {
    while true {
      switch try output.readAvailable() {
      case .bytes(let bytes): read.output += bytes
      case .wouldBlock: return false
      case .endOfStream: return true
      }
    }
  }

  private func takeOutput() throws {
    while case .bytes(let bytes) = try output.readAvailable() { read.output += bytes }
    while case .bytes(let bytes) = try errors.readAvailable() { read.errors += bytes }
  }
}
