internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// A running program that is talked to in lines of JSON.
///
/// It has a session of its own, three pipes and no other descriptor. What it writes is collected
/// until `takeReceived`.
final class AgentProgram {
  private let loop: EventLoop
  private let child: ProcessDescriptor
  private let input: OutputQueue
  private var reading: [EventLoop.Registration] = []
  private var openStreams = 2
  private var lines = LineAssembler()
  private var errors = LastWords()
  private var strays = StrayOutput()
  private var received: [JSONObject] = []
  private var exit: (status: ExitStatus, at: Int64)?

  /// Starts it; `arguments` has the program first, which is looked up in PATH.
  init(_ arguments: [String], environment: [String], loop: EventLoop) throws(HandlerExit) {
    self.loop = loop
    let pipes = try AgentProgram.makePipes()
    input = OutputQueue(pipes.input.writeEnd, loop: loop)
    child = try AgentProgram.spawn(arguments, environment, pipes)
    watch(pipes.output.readEnd) { [unowned self] in heard($0) }
    watch(pipes.errors.readEnd) { [unowned self] in errors.take($0) }
  }

  deinit { reading.forEach(loop.remove) }

  var pid: Int32 { child.pid }
  /// The last line of its standard error.
  var lastWords: String { errors.line }
  /// It wrote a line that is too long to be one.
  var isUnintelligible: Bool { lines.hasOverflowed }
}

// Starting.
extension AgentProgram {
  private typealias Pipes = (input: Pipe, output: Pipe, errors: Pipe)

  private static func makePipes() throws(HandlerExit) -> Pipes {
    do throws(Errno) {
      let pipes = (input: try Pipe(), output: try Pipe(), errors: try Pipe())
      // Not the program's ends: programs do not expect EAGAIN.
      try pipes.input.writeEnd.setNonBlocking(true)
      try pipes.output.readEnd.setNonBlocking(true)
      try pipes.errors.readEnd.setNonBlocking(true)
      return pipes
    } catch {
      throw HandlerExit(.system, "cannot make a pipe for the program: \(error)")
    }
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String], _ pipes: Pipes
  ) throws(HandlerExit) -> ProcessDescriptor {
    let name = arguments.first ?? ""
    guard let file = ExecutableSearch.find(name, path: CurrentProcess.variable("PATH")) else {
      throw HandlerExit(.unavailable, "cannot start \(name): no such executable file")
    }
    let request = SpawnRequest(
      executable: file, arguments: arguments, environment: environment,
      descriptors: [
        .init(pipes.input.readEnd, as: 0), .init(pipes.output.writeEnd, as: 1),
        .init(pipes.errors.writeEnd, as: 2),
      ])
    do throws(SpawnFailure) {
      return try Spawn.run(request).descriptor
    } catch {
      throw HandlerExit(.unavailable, "cannot start \(name): \(error)")
    }
  }
}

// Talking.
extension AgentProgram {
  func send(_ object: JSONObject) { input.send(object.encoded() + [0x0A]) }

  /// Writes the text, and ends the input.
  func sendAll(_ text: String) {
    input.send(Array(text.utf8))
    input.finish()
  }

  /// What it has written since the last call, one object a line.
  func takeReceived() -> [JSONObject] {
    defer { received = [] }
    return received
  }

  private func watch(_ stream: Descriptor, _ heard: @escaping ([UInt8]) -> Void) {
    var registration: EventLoop.Registration?
    registration = try? loop.add(stream, for: .readable) { [unowned self] _ in
      switch try? stream.readAvailable() {
      case .bytes(let bytes): heard(bytes)
      case .wouldBlock: break
      case .endOfStream, nil:
        registration.map(loop.remove)
        openStreams -= 1
      }
    }
    if let registration { reading.append(registration) } else { openStreams -= 1 }
  }

  private func heard(_ bytes: [UInt8]) {
    for line in lines.lines(of: bytes) {
      if let object = try? JSONObject.parse(line) {
        received.append(object)
      } else {
        strays.take(line)
      }
    }
  }
}

// Ending.
extension AgentProgram {
  /// Nanoseconds for which output may follow the end of a program whose descendants have not ended.
  private static let drainTime: Int64 = 200_000_000

  /// Takes note of its end when that was seen among the children; false when it has not ended.
  func reap(at now: Int64) -> Bool {
    guard let status = try? child.reap() else { return false }
    exit = (status, now)
    return true
  }

  /// How it ended, once its last output has been read too.
  func end(at now: Int64) -> AgentEnd? {
    guard let exit, openStreams == 0 || now >= exit.at + AgentProgram.drainTime else { return nil }
    return AgentEnd(status: exit.status, lastWords: lastWords)
  }

  /// When `end` will say something without another event.
  var endDeadline: Int64? { exit.map { $0.at + AgentProgram.drainTime } }

  func signal(_ signal: Signal) { try? child.signalGroup(signal) }
}
