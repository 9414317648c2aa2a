internal import LinuxSystem
internal import SystemPackage

/// A program that a command runs and waits for.
struct Tool {
  let program: FilePath
  let environment: [String: String]

  /// What a run of it came to.
  struct Outcome {
    let status: ExitStatus
    let output: String
    let errors: String
  }

  /// The program called `name` in the PATH of the environment; nil when there is none.
  static func find(_ name: String, environment: [String: String]) -> Tool? {
    ExecutableSearch.find(name, path: environment["PATH"]).map {
      Tool(program: $0, environment: environment)
    }
  }

  /// Runs it with what it prints caught; it may ask the person at the terminal.
  ///
  /// Blocks until it has ended. Nil: the deadline passed, and it was told to end.
  func run(_ arguments: [String], until deadline: Deadline) throws -> Outcome? {
    let running = try start(arguments)
    var texts: [[UInt8]] = [[], []]
    var streams: [Descriptor?] = [running.output, running.errors]
    while true {
      let open = streams.compactMap(\.self) + [running.process.descriptor.descriptor]
      let ready = try Waiting.readable(open, until: deadline)
      if !ready.contains(true) {
        try? running.process.descriptor.signal(.terminate)
        return nil
      }
      // Looked at before reading: what was printed before the end is then still read.
      let hasEnded = !running.process.descriptor.isAlive
      try Self.read(&streams, into: &texts)
      if hasEnded, let status = try running.process.descriptor.reap() {
        let lines = texts.map { String(decoding: $0, as: UTF8.self) }
        return Outcome(status: status, output: lines[0], errors: lines[1])
      }
    }
  }

  private struct Running {
    let process: SpawnedProcess
    let output: Descriptor
    let errors: Descriptor
  }

  /// Our copies of the writing ends are closed when this returns.
  private func start(_ arguments: [String]) throws -> Running {
    let output = try Pipe()
    let errors = try Pipe()
    var descriptors: [SpawnRequest.Inheritance] = [
      .init(output.writeEnd, as: 1), .init(errors.writeEnd, as: 2),
    ]
    if let input = try? Descriptor.open("/dev/stdin", flags: 0, followsLinks: true) {
      descriptors.append(.init(input, as: 0))
    }
    let process = try Spawn.run(
      SpawnRequest(
        executable: program, arguments: [program.string] + arguments,
        environment: environment.map { "\($0.key)=\($0.value)" }.sorted(),
        descriptors: descriptors, placement: .inherited))
    return Running(process: process, output: output.readEnd, errors: errors.readEnd)
  }

  /// Takes what is there; a stream that is at its end becomes nil.
  private static func read(_ streams: inout [Descriptor?], into texts: inout [[UInt8]]) throws {
    for index in streams.indices {
      while let stream = streams[index], try stream.wait(for: .readable, until: .now) {
        switch try stream.readAvailable() {
        case .bytes(let bytes): texts[index] += bytes.prefix(limit - texts[index].count)
        case .endOfStream: streams[index] = nil
        case .wouldBlock: break
        }
      }
    }
  }

  /// Bytes of a stream that are kept.
  private static let limit = 1 << 20
}
