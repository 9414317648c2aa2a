internal import SupervisionCore

extension SimulatedWorld {
  /// Performs effects in order; those that may wait come after the others.
  ///
  /// A dispatcher that dies on the way leaves the rest undone.
  mutating func perform(_ effects: [Effect]) {
    for effect in effects where isUp && !effect.mayWait { perform(effect) }
    for effect in effects where isUp && effect.mayWait { perform(effect) }
    // Records are written at the end of a turn: a dispatcher that dies in it writes none of them.
    if isUp, decisions != nil { keepDecisions(effects) }
  }

  private mutating func keepDecisions(_ effects: [Effect]) {
    for case .record(let decision) in effects { decisions?.append(decision) }
  }

  private mutating func perform(_ effect: Effect) {
    if let left = effectsLeft {
      if left <= 0 { return killDispatcher(bootAfter: dice.milliseconds(upTo: 20_000)) }
      effectsLeft = left - 1
    }
    trace?.add("  → \(effect.text)", at: now)
    checker.performing(effect, facts(effect.childIndex), at: now)
    carryOut(effect)
  }

  private mutating func carryOut(_ effect: Effect) {
    switch effect {
    case .observeInbox(let id): observe(Int(id.number))
    case .spawn(let id, let incarnation): spawn(Int(id.number), incarnation)
    case .adopt(let id, let incarnation): adopt(Int(id.number), incarnation)
    case .listen(let id, let incarnation): listen(Int(id.number), incarnation)
    case .signal(let id, let incarnation, let signal):
      deliver(signal, Int(id.number), incarnation)
    case .bury(let id, _): bury(Int(id.number))
    case .exhume(let id): exhume(Int(id.number))
    case .settleArchive(let id, let outcome): settleArchive(Int(id.number), outcome)
    case .setAside(let id, let key, _): children[Int(id.number)].inbox.setAside(key)
    case .persist(let id, let state, let urgency): write(state, of: Int(id.number), urgency)
    case .record(let decision): coverage.saw(decision.clause)
    }
  }

  private mutating func observe(_ child: Int) {
    if schedule.tuning.readsInboxEarly {
      let answer = ChildEvent.inboxObserved(children[child].inbox.observation)
      let at = max(now + lag(), children[child].lastReading)
      children[child].lastReading = at
      queue.add(.deliver(child, answer, boot: boot), at: at)
    } else {
      let at = max(now + lag(), children[child].lastDelivery)
      children[child].lastDelivery = at
      queue.add(.answerObservation(child, boot: boot), at: at)
    }
  }

  private mutating func bury(_ child: Int) {
    if failingTombstones > 0, !isCalm {
      failingTombstones -= 1
      return queueNews(.tombstoneFailed, child)
    }
    children[child].hasTombstone = true
    children[child].isSettled = false
    queueNews(.tombstoned, child)
  }

  /// A restore removes the tombstone and opens the task again.
  private mutating func exhume(_ child: Int) {
    children[child].hasTombstone = false
    children[child].isSettled = true
    children[child].task = .open
    let isTaskFirst = dice.chance(50)
    if isTaskFirst { queueNews(.taskReopened, child) }
    queueNews(.tombstoneRemoved, child)
    if !isTaskFirst { queueNews(.taskReopened, child) }
  }

  private mutating func settleArchive(_ child: Int, _ outcome: HandlerOutcome) {
    if outcome != .survived { children[child].isSettled = true }
    guard children[child].task == .open else { return }
    children[child].task = .closed
    if dice.chance(50) { queueNews(.taskClosed, child) }
  }
}

extension Effect {
  var mayWait: Bool {
    if case .persist(_, _, .soon) = self { return true }
    return false
  }

  /// For a history: a record without the inputs that the lines above it show.
  var text: String {
    guard case .record(let decision) = self else { return "\(self)" }
    return "\(decision.from) → \(decision.to): \(decision.clause.rawValue)"
  }

  var childIndex: Int {
    switch self {
    case .observeInbox(let id), .spawn(let id, _), .adopt(let id, _), .listen(let id, _),
      .signal(let id, _, _), .bury(let id, _), .exhume(let id), .settleArchive(let id, _),
      .setAside(let id, _, _),
      .persist(let id, _, _):
      Int(id.number)
    case .record(let decision): Int(decision.child.number)
    }
  }
}
