internal import Glibc
public import LinuxSystem
public import SystemPackage

/// A running program with its output at hand; killed with its descendants, and reaped, at
/// the end.
///
/// Its standard error goes to the same pipe as its standard output.
public final class TestChild {
  public let process: ProcessDescriptor
  /// What the program reads from; nil after `closeInput`.
  public private(set) var input: Descriptor?
  private let output: Descriptor
  private var unread: [UInt8] = []
  private var isReaped = false

  /// Starts `test-child` with this behaviour, or another program of the package.
  public convenience init(
    _ arguments: String..., program: String = "test-child",
    configure: (inout SpawnRequest) -> Void = { _ in }
  ) throws {
    try self.init(arguments, program: program, configure: configure)
  }

  public init(
    _ arguments: [String], program: String = "test-child",
    configure: (inout SpawnRequest) -> Void = { _ in }
  ) throws {
    let toChild = try Pipe()
    let fromChild = try Pipe()
    var request = SpawnRequest(
      executable: try TestPrograms.path(program), arguments: [program] + arguments,
      environment: CurrentProcess.environment())
    request.descriptors = [
      .init(toChild.readEnd, as: 0), .init(fromChild.writeEnd, as: 1),
      .init(fromChild.writeEnd, as: 2),
    ]
    configure(&request)
    process = try Spawn.run(request).descriptor
    input = toChild.writeEnd
    output = fromChild.readEnd
    try output.setNonBlocking(true)
  }

  deinit {
    // Those in sessions of their own are in no group of ours.
    let descendants = isReaped ? [] : ProcessTable.descendants(of: pid)
    try? process.signalGroup(.kill)
    try? process.signal(.kill)
    for pid in descendants { kill(pid, SIGKILL) }
    if !isReaped { _ = try? awaitExit() }
  }

  public var pid: Int32 { process.pid }

  /// Ends the program's input.
  public func closeInput() { input = nil }

  /// Gives the program a line to read.
  public func send(_ line: String) throws(Errno) {
    try input?.writeAll((line + "\n").utf8)
  }

  /// The next line that the program prints, without its end; throws when none comes.
  public func line(within seconds: Double = 20) throws -> String {
    let newline = UInt8(ascii: "\n")
    _ = try eventually(within: seconds) {
      if unread.contains(newline) { return true }
      return !(try takeOutput())
    }
    guard let end = unread.firstIndex(of: newline) else {
      throw FaultError("no line from the program, only \(String(decoding: unread, as: UTF8.self))")
    }
    defer { unread.removeSubrange(...end) }
    return String(decoding: unread[..<end], as: UTF8.self)
  }

  /// All the rest that the program and its descendants print, once they have closed the pipe.
  public func remainingOutput(within seconds: Double = 20) throws -> String {
    guard try eventually(within: seconds, { !(try takeOutput()) }) else {
      throw FaultError("the program's output does not end")
    }
    defer { unread = [] }
    return String(decoding: unread, as: UTF8.self)
  }

  /// False when the output has ended.
  private func takeOutput() throws -> Bool {
    while true {
      switch try output.readAvailable() {
      case .bytes(let bytes): unread += bytes
      case .wouldBlock: return true
      case .endOfStream: return false
      }
    }
  }

  /// How the program ended, reaping it.
  @discardableResult
  public func awaitExit(within seconds: Double = 20) throws -> ExitStatus {
    let status = try eventually(within: seconds, "the end of the program") { try process.reap() }
    isReaped = true
    return status
  }
}
