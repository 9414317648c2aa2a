internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// Another program, run as a child to say what it would do with this dispatcher's state.
///
/// It gets the state on standard input and touches nothing. This dispatcher serves meanwhile.
final class Rehearsal {
  let program: FilePath
  /// When it must have answered, by the monotonic clock.
  let deadline: Int64
  private let plan: SupervisorPlan
  private let driver: ChildDriver
  private let process: ProcessDescriptor
  private let output: RehearsalOutput
  private let errors: RehearsalOutput
  private var registration: EventLoop.Registration?
  private var hasEnded = false

  /// A plan has a line for each chat, and there may be very many.
  private static let outputLimit = 64 << 20
  private static let errorLimit = 4 << 10

  /// Starts the program; `plan` is what it has to say, `state` what it is given.
  init(
    _ program: FilePath, state: [UInt8], plan: SupervisorPlan, driver: ChildDriver,
    deadline: Int64
  ) throws {
    self.program = program
    self.plan = plan
    self.driver = driver
    self.deadline = deadline
    output = try RehearsalOutput(limit: Self.outputLimit, loop: driver.loop)
    errors = try RehearsalOutput(limit: Self.errorLimit, loop: driver.loop)
    var request = SpawnRequest(
      executable: program, arguments: [program.string, "--rehearse"],
      environment: CurrentProcess.environmentToPassOn())
    request.descriptors = [
      .init(try MemoryFile.input(state, name: "wg-rehearsal"), as: 0),
      .init(output.writeEnd, as: 1), .init(errors.writeEnd, as: 2),
    ]
    process = try Spawn.run(request).descriptor
    driver.unsupervised.insert(process.pid)
    do throws(Errno) {
      registration = try driver.loop.add(process.descriptor, for: .readable) { [weak self] _ in
        self?.noteEnd()
      }
    } catch {
      _ = finish()
      throw error
    }
  }

  private func noteEnd() {
    hasEnded = true
    if let registration { driver.loop.remove(registration) }
    registration = nil
  }

  /// What came of it; nil while that is open.
  ///
  /// Nothing of the program is left when there is an answer.
  func outcome(at now: Int64) -> Result<RehearsalReport, StateError>? {
    if hasEnded { return judge(finish()) }
    if output.isTooLong { return refuse("it prints without end") }
    return now < deadline ? nil : refuse("it did not answer in time")
  }

  private func refuse(_ reason: String) -> Result<RehearsalReport, StateError> {
    _ = finish()
    return .failure(StateError(reason))
  }

  /// Ends the program and what it has started, and reaps it.
  private func finish() -> LinuxSystem.ExitStatus? {
    noteEnd()
    try? process.signalGroup(.kill)
    // SIGKILL takes its moment; a child that cannot even die is found by a later census.
    _ = try? process.descriptor.wait(for: .readable, until: .after(nanoseconds: Self.moment))
    let exit = try? process.reap()
    if exit != nil { driver.unsupervised.remove(process.pid) }
    output.collect()
    errors.collect()
    output.close()
    errors.close()
    return exit
  }

  private static let moment: Int64 = 1_000_000_000

  private func judge(_ exit: LinuxSystem.ExitStatus?) -> Result<RehearsalReport, StateError> {
    switch exit {
    case .exited(0): break
    case .exited(let code):
      let words = errors.firstLine.isEmpty ? "" : ": \(errors.firstLine)"
      return .failure(StateError("it ended with status \(code)\(words)"))
    case .signaled(let signal, _): return .failure(StateError("it was ended by \(signal)"))
    case nil: return .failure(StateError("it cannot be told how it ended"))
    }
    guard let report = RehearsalReport(decoding: output.bytes) else {
      return .failure(StateError("what it answered is no plan of a dispatcher"))
    }
    if let (own, other) = plan.firstDifference(to: report.plan) {
      return .failure(
        StateError("it would do something else: \(other.prefix(300)) instead of \(own)"))
    }
    return .success(report)
  }
}
