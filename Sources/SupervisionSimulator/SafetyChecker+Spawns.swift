internal import SupervisionCore

extension SafetyChecker {
  mutating func checkSpawn(
    _ child: Int, _ incarnation: Incarnation, _ facts: ChildFacts, at now: Instant
  ) {
    let history = children[child]
    if facts.isAlive { fail(.oneIncarnation, child, "\(incarnation) starts beside another run") }
    if facts.hasTombstone { fail(.quietAfterArchive, child, "\(incarnation) starts, buried") }
    if history.isDown { fail(.quietAfterStop, child, "\(incarnation) starts after a stop") }
    if isShuttingDown { fail(.quietAtShutdown, child, "\(incarnation) starts at shutdown") }
    if !history.hasDemand { fail(.demand, child, "\(incarnation) starts, nobody wants it") }
    if !history.isTaskOpen { fail(.task, child, "\(incarnation) starts without an open task") }
    checkDelay(child, at: now)
    checkOutage(child, at: now)
    checkNumber(child, incarnation, isNew: true, facts)
    checkBudgets(child, at: now)
  }

  private mutating func checkDelay(_ child: Int, at now: Instant) {
    guard let failure = children[child].lastFailure else { return }
    let least = settings.backoff.first.scaled(by: 0.99 - settings.backoff.jitter)
    if now - failure < least { fail(.delay, child, "started \(now - failure) after a failure") }
  }

  /// A run that turns out to be somebody else's process keeps the number it was asked for with.
  ///
  /// One that could not be reserved is given to nobody: see `began`. A process that lives anyway has
  /// it until the disk takes it.
  mutating func checkNumber(
    _ child: Int, _ incarnation: Incarnation, isNew: Bool, _ facts: ChildFacts
  ) {
    let highest = children[child].highest
    if incarnation < highest || isNew && incarnation == highest {
      fail(.numbering, child, "\(incarnation) after \(highest)")
    }
    if incarnation <= facts.reserved { children[child].highest = max(highest, incarnation) }
  }

  /// A process was made for a run of this number.
  mutating func began(_ child: Int, _ incarnation: Incarnation) {
    children[child].highest = max(children[child].highest, incarnation)
  }

  private mutating func checkBudgets(_ child: Int, at now: Instant) {
    children[child].spawns.append(now)
    daemonSpawns.append(now)
    let (own, all) = (children[child].spawns, daemonSpawns)
    if exceeds(own, settings.childBudget) { fail(.childBudget, child, "spawns at \(own)") }
    if exceeds(all, settings.daemonBudget) { fail(.daemonBudget, child, "spawns at \(all)") }
  }

  /// Whether some window that ends with the last spawn holds more than its bound.
  private func exceeds(_ spawns: [Instant], _ policy: BudgetPolicy) -> Bool {
    guard spawns.count > Int(policy.burst), let last = spawns.last else { return false }
    for (index, first) in spawns.enumerated().reversed() {
      let count = Int64(spawns.count - index)
      if count > policy.bound(within: last - first) { return true }
    }
    return false
  }
}
