import Glibc
import LinuxSystem
import SystemPackage
import TestSupport

/// A command on a terminal of its own, with somebody who types and reads.
final class TerminalCommand {
  let process: ProcessDescriptor
  let master: Descriptor
  private let program: Descriptor
  private var output: [UInt8] = []
  private var exit: ExitStatus?
  /// The terminal's settings before the command began.
  let settings: TerminalSettings

  /// - Parameter columns: of 24 rows.
  init(
    _ executable: FilePath, _ arguments: [String], environment: [String], directory: FilePath,
    columns: Int = 80
  ) throws {
    let terminal = try PseudoTerminal.open()
    (master, program) = (terminal.master, terminal.program)
    try TerminalSettings.makeUsual(program)
    try PseudoTerminal.resize(master, columns: columns, rows: 24)
    settings = try TerminalSettings(program)
    var request = SpawnRequest(
      executable: executable, arguments: ["wg"] + arguments,
      environment: environment.filter { !$0.hasPrefix("TERM=") } + ["TERM=xterm-256color"],
      directory: directory)
    request.descriptors = (0...2).map { .init(terminal.program, as: $0) }
    request.controllingTerminal = 0
    process = try Spawn.run(request).descriptor
  }

  deinit {
    guard exit == nil else { return }
    try? process.signal(.kill)
    _ = try? eventually(within: 10) { try process.reap() != nil }
  }

  func type(_ text: String) throws { try master.writeAll(text.utf8) }

  /// Everything that was sent to the terminal.
  func raw() throws -> String {
    while case .bytes(let bytes) = try master.readAvailable() { output += bytes }
    return String(decoding: output, as: UTF8.self)
  }

  /// The same without what commands a terminal.
  func text() throws -> String {
    try raw().replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "")
  }

  func until(_ what: String, _ condition: (String) throws -> Bool) throws {
    if try eventually(within: 60, every: 5, { try condition(text()) }) { return }
    throw FaultError("not so: \(what)\n\(try text().suffix(2_000).debugDescription)")
  }

  func until(_ text: String) throws { try until("it shows \(text)") { $0.contains(text) } }

  /// The settings of its terminal now.
  func settingsNow() throws -> TerminalSettings { try TerminalSettings(program) }

  func finish() throws -> ExitStatus {
    _ = try eventually(within: 60, every: 2) {
      _ = try raw()
      if exit == nil { exit = try process.reap() }
      return exit != nil
    }
    guard let exit else { throw FaultError("it did not end: \(try text().suffix(2_000))") }
    return exit
  }
}

/// `termios(3)`, as far as programs change it.
struct TerminalSettings: Equatable {
  private let flags: [UInt32]
  private let characters: [UInt8]

  init(_ terminal: Descriptor) throws {
    var settings = termios()
    try systemCall { tcgetattr(terminal.rawValue, &settings) }
    flags = [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
    characters = withUnsafeBytes(of: settings.c_cc) { Array($0) }
  }

  var echoes: Bool { flags[3] & UInt32(ECHO) != 0 }

  /// As a shell has it: lines, echo, and keys that are signals.
  static func makeUsual(_ terminal: Descriptor) throws {
    var settings = termios()
    try systemCall { tcgetattr(terminal.rawValue, &settings) }
    settings.c_iflag |= UInt32(ICRNL | IXON)
    settings.c_oflag |= UInt32(OPOST | ONLCR)
    settings.c_lflag |= UInt32(ECHO | ICANON | ISIG | IEXTEN)
    try systemCall { tcsetattr(terminal.rawValue, TCSANOW, &settings) }
  }
}

extension Project {
  /// Attaches to a chat on a terminal, and waits until it can be typed in.
  func attach(_ chat: Int, _ options: String..., columns: Int = 80) throws -> TerminalCommand {
    let command = try TerminalCommand(
      TestPrograms.path("wg"), ["chat", "attach", "\(chat)"] + options,
      environment: environment + ["WG_USER=tester"], directory: root, columns: columns)
    try command.until("> ")
    return command
  }
}
