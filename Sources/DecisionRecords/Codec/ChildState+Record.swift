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
      interruptedAt: try instant(.interrupted))
  }

  private func stop() throws(RecordError) -> Stop {
    Stop(
      run: try part(.run).presentRun(), cause: try required(.cause, word(.cause)),
      phase: try phase(), exit: try exit(), wasKilled: try flag(.killed))
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
