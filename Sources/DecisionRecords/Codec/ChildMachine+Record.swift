internal import JSONLines
internal import SupervisionCore

extension RecordWriter {
  mutating func put(_ child: ChildMachine) {
    put(child.state)
    put(child.demand)
    put(.isDown, flag: child.isDown)
    put(.lastRun, number: child.lastIncarnation.number, unless: 0)
    put(.reserved, number: child.reservedIncarnation.number, unless: 0)
    put(.sharedReservation, number: child.sharedReservation.number, unless: 0)
    put(.crashes, all: child.crashes.instants)
    put(.backoff, span: child.backoff.delay, unless: .zero)
    if child.written != child.durable { put(.written, part(child.written)) }
    put(.hold, at: child.holdUntil)
    put(.budget, at: child.budget.fullAt)
    if let poison = child.poison { put(.poison, part(poison)) }
    if let kind = child.lastFailure { put(.lastFailure, part(kind)) }
    put(.isInOutage, flag: child.isInOutage)
    put(child.burial)
    put(.grace, span: child.archiveGrace)
    put(.isTaskClosed, flag: child.isTaskClosed)
    put(.isTaskGone, flag: child.isTaskGone)
    put(.isObserving, flag: child.isObserving)
    put(.wasTouched, flag: child.wasTouchedMeanwhile)
  }

  private mutating func put(_ demand: Demand) {
    put(.consumers, number: demand.consumers, unless: 0)
    var inbox = RecordWriter(at: now)
    inbox.put(demand.inbox)
    put(.inbox, inbox)
    put(.lastDemand, at: demand.last)
    put(.lastConsumer, at: demand.lastConsumer)
  }

  private func part(_ poison: ChildMachine.PoisonWatch) -> RecordWriter {
    var part = RecordWriter(at: now)
    part.put(.message, number: poison.message.value)
    part.put(.failures, number: poison.failures)
    return part
  }

  private mutating func put(_ burial: ChildMachine.Burial) {
    switch burial {
    case .none: break
    case .standing: put(.burial, text: BurialWord.standing.rawValue)
    case .lifting: put(.burial, text: BurialWord.lifting.rawValue)
    case .requested(let reason): put(.requested, reason)
    case .renewing(let reason): put(.renewing, reason)
    }
  }

  private mutating func put(_ burial: BurialWord, _ reason: ArchiveReason) {
    put(.burial, text: burial.rawValue)
    put(.reason, text: reason.rawValue)
  }

  func part(_ durable: DurableState) -> RecordWriter {
    var part = RecordWriter(at: now)
    part.put(.isDown, flag: durable.isDown)
    // Always there, so that a state of which nothing is known is not left out.
    part.put(.reserved, number: durable.reservedIncarnation.number)
    part.put(.crashes, all: durable.crashes)
    part.put(.backoff, span: durable.backoffDelay, unless: .zero)
    part.put(.parked, at: durable.parkedSince)
    part.put(.parkedNewest, number: durable.parkedNewest)
    part.put(.lastConsumer, at: durable.lastConsumer)
    if let kind = durable.outage { part.put(.lastFailure, self.part(kind)) }
    return part
  }
}

private enum BurialWord: String {
  case requested, standing, lifting, renewing
}

extension RecordReader {
  func child(_ id: ChildID) throws(RecordError) -> ChildMachine {
    var child = ChildMachine(id, in: try state(), written: DurableState())
    child.demand = try demand()
    child.isDown = try flag(.isDown)
    child.lastIncarnation = Incarnation(try number(.lastRun) ?? 0)
    child.reservedIncarnation = Incarnation(try number(.reserved) ?? 0)
    child.sharedReservation = Incarnation(try number(.sharedReservation) ?? 0)
    child.crashes = CrashHistory(try instants(.crashes))
    child.backoff = Backoff(delay: try span(.backoff) ?? .zero)
    child.holdUntil = try instant(.hold)
    child.budget = SpawnBudget(fullAt: try instant(.budget))
    child.poison = try poison()
    child.lastFailure = try lastFailure()
    child.isInOutage = try flag(.isInOutage)
    child.burial = try burial()
    child.archiveGrace = try span(.grace)
    child.isTaskClosed = try flag(.isTaskClosed)
    child.isTaskGone = try flag(.isTaskGone)
    child.isObserving = try flag(.isObserving)
    child.wasTouchedMeanwhile = try flag(.wasTouched)
    child.written = has(.written) ? try part(.written).durable() : child.durable
    return child
  }

  private func demand() throws(RecordError) -> Demand {
    Demand(
      consumers: try number(.consumers) ?? 0, inbox: try part(.inbox).observation(),
      last: try instant(.lastDemand), lastConsumer: try instant(.lastConsumer))
  }

  private func poison() throws(RecordError) -> ChildMachine.PoisonWatch? {
    guard has(.poison) else { return nil }
    let part = try part(.poison)
    return ChildMachine.PoisonWatch(
      message: MessageKey(try part.required(.message, part.number(.message))),
      failures: try part.number(.failures) ?? 0)
  }

  private func burial() throws(RecordError) -> ChildMachine.Burial {
    let burial: BurialWord? = try word(.burial)
    switch burial {
    case nil: return .none
    case .standing: return .standing
    case .lifting: return .lifting
    case .requested: return .requested(try required(.reason, word(.reason)))
    case .renewing: return .renewing(try required(.reason, word(.reason)))
    }
  }

  func durable() throws(RecordError) -> DurableState {
    DurableState(
      isDown: try flag(.isDown), reservedIncarnation: Incarnation(try number(.reserved) ?? 0),
      crashes: try instants(.crashes), backoffDelay: try span(.backoff) ?? .zero,
      parkedSince: try instant(.parked), parkedNewest: try number(.parkedNewest),
      lastConsumer: try instant(.lastConsumer), outage: try lastFailure())
  }
}
