import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

extension Project {
  /// `wg service start`; gives the dispatcher's process.
  @discardableResult
  func start(_ options: String...) throws -> ProjectProcess {
    let outcome = try run(["service", "start", "--json"] + options)
    guard outcome.exit.isSuccess, let pid = try outcome.json()["pid"]?.int,
      let process = ProjectProcess(Int32(pid))
    else { throw FaultError("\(outcome)\n\(picture)") }
    return process
  }

  /// The dispatchers that live; normally one or none.
  func dispatchers() -> [ProjectProcess] {
    processes().filter { $0.status.name == "wg-dispatcher" && $0.chat == nil }
  }

  func killDispatcher() throws {
    let killed = dispatchers()
    for process in killed { process.kill() }
    // A process that ends loses its environment, by which it is found, before its locks.
    try until("the dispatcher is gone") {
      killed.allSatisfy { !$0.isStillAlive } && dispatchers().isEmpty
    }
  }

  func stop() throws {
    try run("service", "stop").mustSucceed()
  }

  /// Starts `wg-dispatcher` as a child of this process, so that its exit status can be seen.
  ///
  /// `group` is the control group that it is born in.
  func beginDispatcher(
    _ options: String..., variables: [String] = [], in group: ControlGroup? = nil
  ) throws -> RunningCommand {
    try begin(
      ["--dir", root.string] + options, variables: variables, program: "wg-dispatcher", in: group)
  }

  /// Whether somebody answers on the control socket.
  func answers() -> Bool {
    (try? ControlClient(self).ask(["cmd": "hello"])["ok"]?.bool) == true
  }

  func waitUntilItServes() throws {
    try until("the dispatcher serves") { answers() }
  }
}

/// A connection to the dispatcher's control socket, and the frames on it.
final class ControlClient {
  let stream: UnixStream
  private var unread: [UInt8] = []

  init(_ project: Project) throws {
    stream = try UnixStream.connect(
      project.service.appending("daemon.sock"), timeout: 10_000_000_000)
  }

  /// Says that nothing more will come, at which the other side closes.
  func close() throws { try stream.finishWriting() }

  func ask(_ request: JSONValue) throws -> JSONValue {
    try send(Array("\(request)\n".utf8))
    guard let line = try nextLine() else { throw FaultError("no answer to \(request)") }
    return try JSONValue.parse(line)
  }

  func send(_ bytes: [UInt8]) throws {
    try stream.writeAll(bytes, until: .after(nanoseconds: 30_000_000_000))
  }

  /// The next frame; nil when the other side closed.
  func nextLine(within seconds: Double = 30) throws -> [UInt8]? {
    let newline = UInt8(ascii: "\n")
    var hasEnded = false
    let came = try eventually(within: seconds) {
      if unread.contains(newline) { return true }
      do {
        switch try stream.read() {
        case .bytes(let bytes): unread += bytes
        case .endOfStream: hasEnded = true
        case .wouldBlock: break
        }
      } catch Errno.connectionReset {
        hasEnded = true
      }
      return hasEnded || unread.contains(newline)
    }
    if let end = unread.firstIndex(of: newline) {
      defer { unread.removeSubrange(...end) }
      return Array(unread[..<end])
    }
    if !came { throw FaultError("neither an answer nor the end of the connection") }
    return nil
  }
}
