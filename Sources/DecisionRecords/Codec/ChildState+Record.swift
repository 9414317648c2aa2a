internal import JSONLines
internal import SupervisionCore

/// The phases of a stop without their instants.
private enum PhaseWord: String {
  case terminating, killing, surviving, settling
}

extension RecordWriter {
  mutating func put(_ state: ChildState) {
    put(.state, text: state.name.rawValue)
    switch state {
    case .resting, .down, .archived: break
    case .starting(let run), .running(let run): put(.run, part(run))
    case .stopping(let stop): put(stop)
    case .backoff(let until): put(.until, at: until)
    case .parked(let parking):
      put(.since, at: parking.since)
      put(.newest, number: parking.newest)
      put(.newDemand, flag: parking.hasNewDemand)
      put(.newConsumer, flag: parking.hasNewConsumer)
    }
  }

  private mutating func put(_ stop: Stop) {
    put(.run, part(stop.run))
    put(.cause, text: stop.cause.rawValue)
    switch stop.phase {
    case .terminating(let until): put(.terminating, until: until)
    case .killing(let until): put(.killing, until: until)
    case .surviving(let until): put(.surviving, until: until)
    case .settling: put(.phase, text: PhaseWord.settling.rawValue)
    }
    put(.exit, text: stop.exit?.recorded)
    put(.began, at: stop.beganAt)
    put(.extended, flag: stop.wasExtended)
    put(.killed, flag: stop.wasKilled)
  }

  private mutating func put(_ phase: PhaseWord, until: Instant) {
    put(.phase, text: phase.rawValue)
    put(.until, at: until)
  }

  private func part(_ run: Run) -> RecordWriter {
    var part = RecordWriter(at: now)
    part.put(.run, number: run.incarnation.number)
    if run.process != .own { part.put(.process, text: run.process.rawValue) }
    part.put(.started, at: run.startedAt)
    part.put(.answeredAtStart, number: run.answeredAtStart, unless: 0)
    part.put(.interrupted, at: run.interruptedAt)
    part.put(.extendedUntil, at: run.extendedUntil)
    part.put(run.program)
    part.put(.look, at: run.lookAt)
    if let watchdog = run.watchdog { part.put(.watchdog, self.part(watchdog)) }
    return part
  }

  private func part(_ watchdog: Watchdog) -> RecordWriter {
    var part = RecordWriter(at: now)
    part.put(.span, span: watchdog.span)
    part.put(.lastSign, at: watchdog.lastSign)
    switch watchdog.phase {
    case .waiting: break
    case .doubting(let until): part.put(.until, at: until)
    case .listening(let since): part.put(.since, at: since)
    }
    return part
  }
}

extension RecordReader {
  func state() throws(RecordError) -> ChildState {
    switch try required(.state, word(.state)) as ChildState.Name {
    case .resting: .resting
    case .starting: .starting(try part(.run).presentRun())
    case .running: .running(try part(.run).presentRun())
    case .stopping: .stopping(try stop())
    case .backoff: .backoff(until: try required(.until, instant(.until)))
    case .parked:
      .parked(
        Parking(
          since: try required(.since, instant(.since)), newest: try number(.newest) ?? 0,
          hasNewDemand: try flag(.newDemand), hasNewConsumer: try flag(.newConsumer)))
    case .down: .down
    case .archived: .archived
    }
  }

  private func presentRun() throws(RecordError) -> Run {
    Run(
      incarnation: Incarnation(try required(.run, number(.run))),
      process: try word(.process) ?? .own, startedAt: try required(.started, instant(.started)),
      answeredAtStart: try number(.answeredAtStart) ?? 0,
      interruptedAt: try instant(.interrupted), watchdog: try watchdog(),
      extendedUntil: try instant(.extendedUntil), program: try program(),
      lookAt: try instant(.look))
  }

  private func watchdog() throws(RecordError) -> Watchdog? {
    guard has(.watchdog) else { return nil }
    let part = try part(.watchdog)
    var phase = Watchdog.Phase.waiting
    if let until = try part.instant(.until) { phase = .doubting(until: until) }
    if let since = try part.instant(.since) { phase = .listening(since: since) }
    return Watchdog(
      span: try required(.span, part.span(.span)),
      from: try required(.lastSign, part.instant(.lastSign)), phase: phase)
  }

  private func stop() throws(RecordError) -> Stop {
    Stop(
      run: try part(.run).presentRun(), cause: try required(.cause, word(.cause)),
      phase: try phase(), exit: try exit(), beganAt: try required(.began, instant(.began)),
      wasKilled: try flag(.killed), wasExtended: try flag(.extended))
  }

  private func phase() throws(RecordError) -> Stop.Phase {
    switch try required(.phase, word(.phase)) as PhaseWord {
    case .terminating: .terminating(until: try required(.until, instant(.until)))
    case .killing: .killing(until: try required(.until, instant(.until)))
    case .surviving: .surviving(until: try required(.until, instant(.until)))
    case .settling: .settling
    }
  }
}
