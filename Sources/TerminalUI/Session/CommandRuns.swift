internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// Commands of `wg` that run beside the screen.
///
/// Each is a session of its own and outlives the screen: a purge that was begun is finished.
final class CommandRuns {
  private struct Run {
    let command: Command
    let process: ProcessDescriptor
    let output: Descriptor
    let errors: Descriptor
  }

  private let place: ProjectPlace
  private var running: [Run] = []
  /// Wait for the one before in their lane.
  private var waiting: [Command] = []

  /// Bytes of an answer that are read.
  private static let limit = 64 << 20
  /// The very program that runs here, also when its file was replaced meanwhile.
  private static let program: FilePath = "/proc/self/exe"

  init(_ place: ProjectPlace) { self.place = place }

  var descriptors: [Descriptor] { running.map(\.process.descriptor) }

  /// Messages that are not in an inbox yet.
  var hasMessages: Bool { (running.map(\.command) + waiting).contains { $0.lane != nil } }

  /// Gives the outcome at once where it cannot be started.
  func start(_ command: Command) -> [CommandOutcome] {
    if let lane = command.lane, running.contains(where: { $0.command.lane == lane }) {
      waiting.append(command)
      return []
    }
    do {
      running.append(try spawn(command))
      return []
    } catch {
      return [CommandOutcome(command, succeeded: false, output: "", errors: "\(error)")]
    }
  }

  /// What has ended since.
  func collect() -> [CommandOutcome] {
    var outcomes: [CommandOutcome] = []
    for run in running {
      guard let status = try? run.process.reap() else { continue }
      running.removeAll { $0.process === run.process }
      outcomes.append(
        CommandOutcome(
          run.command, succeeded: status == .exited(0), output: Self.text(run.output),
          errors: Self.text(run.errors)))
      outcomes += startNext(in: run.command.lane)
    }
    return outcomes
  }

  private func startNext(in lane: UInt32?) -> [CommandOutcome] {
    guard lane != nil, let index = waiting.firstIndex(where: { $0.lane == lane }) else { return [] }
    return start(waiting.remove(at: index))
  }

  private func spawn(_ command: Command) throws -> Run {
    let input = try MemoryFile.input(Array((command.input + "\n").utf8), name: "wg-input")
    let output = try MemoryFile.output(name: "wg-output")
    let errors = try MemoryFile.output(name: "wg-errors")
    let spawned = try Spawn.run(
      SpawnRequest(
        executable: Self.program,
        arguments: ["wg", "--dir", place.layout.root.string] + command.arguments,
        environment: place.environment,
        descriptors: [.init(input, as: 0), .init(output, as: 1), .init(errors, as: 2)],
        placement: .ownSession))
    return Run(command: command, process: spawned.descriptor, output: output, errors: errors)
  }

  private static func text(_ file: Descriptor) -> String {
    let bytes = (try? file.read(at: 0, count: min(limit, Int(file.status().size)))) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }
}
