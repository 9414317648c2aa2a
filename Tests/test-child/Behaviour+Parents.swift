import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  /// The behaviours that have to do with descendants.
  func performAsParent(_ arguments: Arguments) throws {
    switch self {
    case .forkTree: try growTree(depth: arguments.number(0), width: arguments.number(1))
    case .spawnGrandchild: try growTree(depth: 1, width: 1)
    case .orphan: try leaveOrphan(arguments)
    case .daemonize: try startSelf(.ownSession, ["write-pid", arguments.text(0)])
    case .forkBomb: try growChain(arguments.number(0))
    case .writePid: try writePid(arguments.text(0))
    case .readSignals: try readSignals()
    case .exit, .exitAfter, .crash, .crashOn, .hang, .ignoreTerm, .ignoreAll, .stopSelf,
      .neverRead, .flood, .printDescriptors, .printSignals, .printEnvironment, .printArguments,
      .printProcess, .notify, .closeNotify, .giveSigns, .spin, .leave, .askForTime, .floodNotify,
      .rewriteGraph, .starve, .play:
      break
    }
  }

  private func growTree(depth: Int, width: Int) throws {
    if depth > 0 {
      for _ in 0..<width {
        try startSelf(.inherited, ["fork-tree", "\(depth - 1)", "\(width)"])
      }
    }
    announceAndWait("ready \(getpid())")
  }

  private func growChain(_ count: Int) throws {
    if count > 0 { try startSelf(.ownSession, ["fork-bomb", "\(count - 1)"]) }
    announceAndWait("ready \(getpid())")
  }

  private func leaveOrphan(_ arguments: Arguments) throws {
    let rest = arguments.has(0) ? ["write-pid", try arguments.text(0)] : ["hang"]
    say("ready \(try startSelf(.inherited, rest))")
  }

  private func writePid(_ path: String) throws {
    try AtomicFile.replace(FilePath(path), with: Array("\(getpid())\n".utf8), durability: .atomic)
    waitForEver()
  }

  private func readSignals() throws {
    let signals: [Signal] = [.user1, .terminate, .child]
    for signal in signals { SignalDisposition.ignored.set(for: signal) }
    let queue = try SignalDescriptor(signals)
    let loop = try EventLoop()
    _ = try loop.add(queue.descriptor, for: .readable) { _ in
      while let one = (try? queue.read()) ?? nil { say("\(one.signal) from \(one.pid)") }
    }
    say("child \(try startSelf(.inherited, ["exit", "9"]))")
    while true { try loop.runTurn(block: true) }
  }

  /// Starts this program again with the same standard descriptors.
  @discardableResult
  func startSelf(
    _ placement: SpawnRequest.Placement, _ arguments: [String]
  ) throws -> Int32 {
    var request = SpawnRequest(
      executable: FilePath("/proc/self/exe"), arguments: ["test-child"] + arguments,
      environment: CurrentProcess.environment(), placement: placement)
    request.descriptors = try (0...2).map {
      SpawnRequest.Inheritance(Descriptor(owning: try duplicate($0)), as: $0)
    }
    return try Spawn.run(request).pid
  }

  private func duplicate(_ number: Int32) throws -> Int32 {
    try systemCall { dup(number) }
  }
}
