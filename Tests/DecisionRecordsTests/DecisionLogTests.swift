import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import DecisionRecords
@testable import SupervisionCore

/// The file of decisions: bounded, numbered across restarts, whole after a death.
@Suite struct DecisionLogTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private var path: FilePath { folder.file("decisions.jsonl") }
  private var files: RecordFiles { RecordFiles(path) }

  private func append(_ decisions: [Decision], to log: DecisionLog) {
    for decision in decisions { log.append(decision, at: decision.at.nanoseconds) }
    log.flush()
  }

  @Test func `decisions come back as they were written, and can be made again`() throws {
    var world = World.running()
    world.crashes(times: 3)
    append(world.decisions, to: DecisionLog(path: path))
    let rows = try files.last(.max, of: 3)
    #expect(rows.map(\.clause) == world.decisions.map(\.clause))
    #expect(rows.map(\.sequence) == Array(1...UInt64(rows.count)))
    #expect(rows.map(\.event) == world.decisions.map { $0.inputs?.event })
    let verification = Verification(rows)
    #expect(verification.same == rows.count && verification.isGood)
  }

  @Test func `numbers go on after a restart and after a rotation`() throws {
    let world = World.running()
    append(world.decisions, to: DecisionLog(path: path))
    let again = DecisionLog(path: path, limit: 1)
    #expect(again.sequence == UInt64(world.decisions.count))
    append(world.decisions, to: again)
    append(world.decisions, to: again)
    let expected = UInt64(3 * world.decisions.count)
    #expect(try files.lastSequence() == expected)
    // Two files hold the last two writes.
    var sequences: [UInt64] = []
    try files.rows(after: 0) { sequences.append($0.sequence) }
    #expect(sequences == Array(UInt64(world.decisions.count + 1)...expected))
    _ = unlink(path.string)
    #expect(DecisionLog(path: path).sequence == expected - UInt64(world.decisions.count))
  }

  @Test func `a file that somebody moved away is made anew when it is full`() throws {
    let world = World.running()
    let log = DecisionLog(path: path, limit: 1)
    append(world.decisions, to: log)
    try AtomicFile.rename(path, to: folder.file("elsewhere"))
    append(world.decisions, to: log)
    #expect(try files.lastSequence() == UInt64(2 * world.decisions.count))
  }

  @Test func `a number that leaves no room for others is passed over`() throws {
    let world = World.running()
    append(world.decisions, to: DecisionLog(path: path))
    let rows = String(
      decoding: try Descriptor.open(path, flags: O_RDONLY).readToEnd(), as: UTF8.self)
    let last = try #require(rows.split(separator: "\n").last)
    let damaged = last.replacing("\"seq\":\(world.decisions.count)", with: "\"seq\":\(UInt64.max)")
    try AtomicFile.replace(path, with: Array((rows + damaged + "\n").utf8))
    let log = DecisionLog(path: path)
    #expect(log.sequence == UInt64(world.decisions.count))
    append(world.decisions, to: log)
    #expect(log.sequence == UInt64(2 * world.decisions.count))
  }

  @Test func `a row that a death cut in half spoils no other`() throws {
    let world = World.running()
    append(world.decisions, to: DecisionLog(path: path))
    try Descriptor.open(path, flags: O_WRONLY | O_APPEND).writeAll(Array("{\"v\":1,\"se".utf8))
    append(world.decisions, to: DecisionLog(path: path))
    #expect(try files.last(.max).count == 2 * world.decisions.count)
    #expect(try Verification(files.last(.max)).isGood)
  }

  @Test func `only rows of the chat that is asked for are given, and no more than asked for`()
    throws
  {
    let log = DecisionLog(path: path)
    var world = World.running()
    world.crashes(times: 2)
    append(world.decisions, to: log)
    for decision in world.decisions {
      var other = decision
      other.inputs = nil
      log.append(other.about(ChildID(33)), at: 0)
    }
    log.flush()
    let last = try files.last(3, of: 3)
    // Whole events: the first row of one has what the others were decided from.
    #expect((3...5).contains(last.count) && last.allSatisfy { $0.chat == 3 })
    #expect(last.first?.step == 0)
    #expect(try files.last(.max, of: 33).count == world.decisions.count)
    #expect(try files.last(.max, of: 333).isEmpty)
  }

  @Test func `a decision that was tampered with is found`() throws {
    var world = World.running()
    world.crashes()
    append(world.decisions, to: DecisionLog(path: path))
    let honest = try #require(text(of: path))
    let forged = honest.replacing("\"clause\":\"crashed\"", with: "\"clause\":\"exited-clean\"")
    try #require(forged != honest)
    try AtomicFile.replace(path, with: Array(forged.utf8), mode: 0o600, durability: .atomic)
    let verification = try Verification(files.last(.max))
    #expect(verification.differences.count == 1)
    #expect(verification.differences[0].text.contains("exited-clean"))
    #expect(verification.differences[0].text.contains("crashed"))
  }

  @Test func `a day of crashing leaves two bounded files, and they can be made again`() throws {
    let limit: Int64 = 64 * 1024
    let log = DecisionLog(path: path, limit: limit)
    var world = World.running()
    let end = world.now + .seconds(86_400)
    var runs = 0
    var decisions = 0
    while world.now < end {
      if case .parked = world.state {
        world.pass(.seconds(300))
        world.messageWaits(UInt64(runs + 1_000))
        world.tell(.spawned(world.run, awaitsReadiness: false))
      }
      world.crashes()
      runs += 1
      decisions += world.decisions.count
      append(world.decisions, to: log)
      world.decisions = []
    }
    let sizes = try [files.path, files.rotated].map { try FileStatus.of($0)?.size ?? 0 }
    print("a day of crashing: \(runs) runs, \(decisions) decisions, files of \(sizes) bytes")
    #expect(runs > 280 && Int64(decisions) * 300 > 2 * limit)
    // Above the limit by one turn at most.
    #expect(sizes.allSatisfy { $0 > 0 && $0 < limit + 16 * 1024 })
    let verification = try Verification(files.last(.max))
    #expect(verification.isGood && verification.same > 100)
  }

  @Test func `what a decision costs is printed`() throws {
    let log = DecisionLog(path: path, limit: .max)
    var decisions: [Decision] = []
    for name in ChildState.Name.allCases { decisions += World.inState(name).decisions }
    let began = Clock.monotonic
    var count = 0
    while count < 20_000 {
      append(decisions, to: log)
      count += decisions.count
    }
    let spent = Clock.monotonic - began
    let size = try #require(try FileStatus.of(path)?.size)
    print("\(size / Int64(count)) bytes and \(spent / Int64(count)) ns for each decision")
    #expect(size / Int64(count) < 900)
  }
}

extension Decision {
  func about(_ child: ChildID) -> Decision {
    Decision(
      child: child, at: at, from: from, to: to, clause: clause, incarnation: incarnation,
      exit: exit, consumers: consumers, pending: pending, failures: failures, delay: delay,
      next: next)
  }
}
