internal import LinuxSystem
internal import SystemPackage

/// A program that is asked something, and answers on its standard output.
struct ProgramQuestion {
  let program: FilePath
  let arguments: [String]
  let environment: [String: String]

  /// How long an answer is waited for, nanoseconds.
  private static let limit: Int64 = 10_000_000_000
  /// Bytes; what asks for no more is not fed for ever.
  private static let largest = 1 << 20

  /// Finds the program in PATH, and in the folders for administrators; nil when it is nowhere.
  init?(_ name: String, _ arguments: [String], environment: [String: String]) {
    let path = (environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
    guard let found = ExecutableSearch.find(name, path: path) else { return nil }
    self.init(program: found, arguments, environment: environment)
  }

  init(program: FilePath, _ arguments: [String], environment: [String: String]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }

  /// The output of a program that ended with success; nil for everything else.
  ///
  /// Blocks, at most ten seconds; a program that takes longer is killed.
  func answer() -> String? {
    guard let (process, output) = try? start() else { return nil }
    let deadline = Deadline.after(nanoseconds: Self.limit)
    let bytes = try? read(output, process, until: deadline)
    guard let bytes, let status = try? process.reap(), status.isSuccess else {
      end(process)
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func start() throws -> (ProcessDescriptor, Descriptor) {
    let pipe = try Pipe()
    let request = SpawnRequest(
      executable: program, arguments: [program.string] + arguments,
      environment: environment.map { "\($0.key)=\($0.value)" }.sorted(), directory: "/",
      descriptors: [.init(pipe.writeEnd, as: 1)])
    return (try Spawn.run(request).descriptor, pipe.readEnd)
  }

  /// Reads until the program has ended, whoever else has its output open by then.
  private func read(
    _ output: Descriptor, _ process: ProcessDescriptor, until deadline: Deadline
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var sources = [process.descriptor, output]
    try output.setNonBlocking(true)
    while true {
      let ready = try Waiting.readable(sources, until: deadline)
      guard ready.contains(true) else { throw Errno.timedOut }
      if try take(from: output, into: &bytes) == .endOfStream { sources = [process.descriptor] }
      if ready[0] { return bytes }
    }
  }

  /// Reads all that is there; says what came after it.
  private func take(from output: Descriptor, into bytes: inout [UInt8]) throws -> ReadResult {
    while true {
      let result = try output.readAvailable()
      guard case .bytes(let chunk) = result else { return result }
      bytes += chunk
      guard bytes.count <= Self.largest else { throw Errno.fileTooLarge }
    }
  }

  private func end(_ process: ProcessDescriptor) {
    guard process.isAlive || (try? process.peekExit()) != nil else { return }
    try? process.signalGroup(.kill)
    _ = try? process.descriptor.wait(for: .readable, until: .after(nanoseconds: Self.limit))
    _ = try? process.reap()
  }
}
