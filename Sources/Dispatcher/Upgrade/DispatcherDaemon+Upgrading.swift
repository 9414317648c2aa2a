internal import ControlProtocol
internal import DecisionRecords
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// Going on as another program, in the same process: handlers stay its children, the lock stays held,
/// and clients stay connected.
///
/// wg-dispatcher(8).
extension DispatcherDaemon {
  /// Has the program rehearse; what follows is `advanceUpgrade`'s.
  func begin(_ attempt: UpgradeAttempt) throws {
    guard let state = state(for: attempt.state) else {
      throw ControlError(.tryAgain, "the dispatcher is starting")
    }
    let rehearsal = try Rehearsal(
      attempt.program, state: state.encoded, plan: driver.machine.plan, driver: driver,
      deadline: attempt.beganAt + attempt.patience)
    attempt.phase = .rehearsing(rehearsal)
    upgrade = attempt
  }

  /// Once a turn, at its end.
  func advanceUpgrade() {
    guard let attempt = upgrade else { return }
    switch attempt.phase {
    case .beginning: break
    case .rehearsing(let rehearsal): advance(attempt, rehearsal)
    case .waiting(let until): handOverWhenQuiet(attempt, until: until)
    }
  }

  private func advance(_ attempt: UpgradeAttempt, _ rehearsal: Rehearsal) {
    switch rehearsal.outcome(at: Clock.monotonic) {
    case nil: break
    case .failure(let error): refuse(attempt, "the new program cannot take over: \(error)")
    case .success:
      let until = Clock.monotonic + attempt.patience
      attempt.phase = .waiting(until: until)
      handOverWhenQuiet(attempt, until: until)
    }
  }

  private func handOverWhenQuiet(_ attempt: UpgradeAttempt, until: Int64) {
    if isEnding { return refuse(attempt, "the dispatcher is ending") }
    guard let obstacle else { return handOver(attempt) }
    if Clock.monotonic >= until { refuse(attempt, obstacle, code: .tryAgain) }
  }

  /// What is under way that the new program could not finish; nil when nothing is.
  private var obstacle: String? {
    let isAskerThere = upgrade?.asker?.isClosed == false
    if (requests?.waitingCount ?? 0) > (isAskerThere ? 1 : 0) {
      return "other requests are still being carried out"
    }
    let isArchiving = supervisor.chats.unordered.contains {
      $0.retirement.map { $0.outcome == nil && !$0.isSettled } ?? false
    }
    if isArchiving || supervisor.clerk.dueAt != nil { return "chats are still being archived" }
    return settleEvents() ? nil : "there is always something to decide"
  }

  private static let roundLimit = 100

  /// Decides about all that was reported, without listening to anything new.
  private func settleEvents() -> Bool {
    for _ in 0..<Self.roundLimit where driver.hasWork || supervisor.inboxes.hasWork {
      driver.settle()
      supervisor.readInboxes()
    }
    supervisor.forgetPastRuns()
    return !driver.hasWork && !supervisor.inboxes.hasWork
  }

  /// Nothing has changed: this program goes on.
  private func refuse(
    _ attempt: UpgradeAttempt, _ reason: String, code: ControlError.Code = .failed
  ) {
    upgrade = nil
    attempt.refusal = ControlError(
      code, "\(attempt.program): \(reason)", hint: "the dispatcher goes on as it was")
    log.error(.dispatcherUpgradeFailed, "Upgrade to \(attempt.program) refused: \(reason)")
  }
}

extension DispatcherDaemon {
  /// Executes the program; returns when that has failed, with nothing changed.
  private func handOver(_ attempt: UpgradeAttempt) {
    do {
      let state = try passableState(attempt)
      let file = try MemoryFile.sealed(state.encoded, name: "wg-handover")
      try checkIdentity(attempt)
      let seconds = secondsToServe(attempt)
      let standby = try Standby.prepare(
        state, in: file, keeper: keeper, seconds: seconds, patience: attempt.patience)
      defer { _ = standby.link.dismiss() }
      log.handOver()
      // Without RELOADING=1: a unit that reloads is stopped without its ExecStop=, and so are handlers.
      try announce(standby)
      let link = standby.link.stream.descriptor.rawValue
      let numbers = [Int64(file.rawValue), Int64(link), Int64(attempt.former.rawValue), seconds]
      try execute(attempt.program, numbers, keeping: state.descriptors + [file.rawValue, link])
    } catch {
      refuse(attempt, "\(error)")
      announceReady()
    }
  }

  /// Half of what a service manager waits for a sign of life, if that is less: none is given meanwhile.
  private func secondsToServe(_ attempt: UpgradeAttempt) -> Int64 {
    let span = min(attempt.patience, (reporter.watchdogSpan ?? .max) / 2)
    return max(1, span / 1_000_000_000)
  }

  /// Whoever watches this process must know that its end is not the dispatcher's, and know it before
  /// the one that stands by goes on.
  private func announce(_ standby: Standby) throws(Errno) {
    if let keeper {
      keeper.standsBy(standby.process.pid)
    } else if unit != nil {
      try reporter.mainProcess(standby.process.pid)
    }
    standby.link.say(.follows)
  }

  private func execute(
    _ program: FilePath, _ numbers: [Int64], keeping kept: [Int32]
  ) throws(Errno) {
    let variable = "\(Handover.variable)=" + numbers.map(String.init).joined(separator: ":")
    try ProcessImage.replace(
      with: program, arguments: [program.string] + CommandLine.arguments.dropFirst(),
      environment: CurrentProcess.environment() + [variable],
      keeping: kept + [keeper?.descriptor.rawValue].compactMap(\.self))
  }

  /// The state, after all that can be in files is there; what it says must be what is read from it.
  private func passableState(_ attempt: UpgradeAttempt) throws -> DispatcherState {
    supervisor.writeRecords()
    supervisor.decisions.flush()
    guard let state = state(for: attempt.state) else { throw StateError("nothing is served") }
    guard try DispatcherState(decoding: state.encoded) == state else {
      throw StateError("this dispatcher's state cannot be said in the words of its version")
    }
    return state
  }

  private func checkIdentity(_ attempt: UpgradeAttempt) throws {
    guard try FileStatus.of(attempt.program, followsLinks: true) == attempt.identity else {
      throw StateError("the file was changed since it was looked at")
    }
  }
}
