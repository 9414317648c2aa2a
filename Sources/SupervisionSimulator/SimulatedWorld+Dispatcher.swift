internal import SupervisionCore

extension SimulatedWorld {
  /// Queues news for the dispatcher that lives now.
  ///
  /// News of one child stays in order.
  mutating func queueNews(_ event: ChildEvent, _ child: Int, after lag: TimeSpan? = nil) {
    guard isUp else { return }
    let at = max(now + (lag ?? self.lag()), children[child].lastDelivery, deafUntil)
    children[child].lastDelivery = at
    queue.add(.deliver(child, event, boot: boot), at: at)
  }

  /// News about the child's process, which may be told again later.
  mutating func queueProcessNews(_ event: ChildEvent, _ child: Int) {
    queueNews(event, child)
    children[child].news.append(event)
  }

  mutating func lag() -> TimeSpan { dice.lag(slow: isCalm ? 0 : schedule.faults.slowNews) }

  /// The dispatcher dies: what it had not done is lost, its children live on without it.
  mutating func killDispatcher(bootAfter pause: TimeSpan) {
    trace?.add("the dispatcher dies", at: now)
    isUp = false
    effectsLeft = nil
    for child in children.indices {
      children[child].run?.isOwn = false
      children[child].run?.incarnation = nil
      children[child].run?.wasSignalled = false
      children[child].idleRun = nil
      children[child].news = []
      forgetRefusedRecord(child)
    }
    planBoot(after: pause)
  }

  /// Whoever wanted it written is gone, and an older one is there.
  private mutating func forgetRefusedRecord(_ child: Int) {
    guard children[child].record.refused != nil else { return }
    children[child].record.forgetRefused()
    checker.lostRecord(child, parkedNewest: children[child].record.state.parkedNewest)
  }

  mutating func planBoot(after pause: TimeSpan) {
    if isBootPlanned { return }
    isBootPlanned = true
    queue.add(.boot, at: now + pause)
  }

  /// A new dispatcher begins with what is on the disk, and finds what lives by the locks.
  mutating func bootDispatcher() {
    if isUp { killDispatcher(bootAfter: .zero) }
    isBootPlanned = false
    boot += 1
    isUp = true
    trace?.add("boot \(boot)", at: now)
    machine = SupervisorMachine(
      settings: settings, seed: dice.seed(), explains: decisions != nil)
    _ = machine.apply(settings, times: times)
    checker.booted(clockJumped: wallOffset != wallAtBoot)
    wallAtBoot = wallOffset
    sharedNumbersUsed = sharedReservation
    // Sometimes there is no room for it.
    let isReserving = schedule.tuning.sharesNumbers && boot % 4 != 0
    if isReserving { sharedReservation = sharedNumbersUsed.advanced(by: 4) }
    for child in children.indices where isUp { registerChild(child) }
  }

  private mutating func registerChild(_ child: Int) {
    children[child].record.read(wall: wallOffset)
    let present = children[child]
    let id = ChildID(UInt32(child))
    checker.registered(
      child, isTaskOpen: present.task == .open, present.record.state, at: now)
    var durable = present.record.state
    durable.reservedIncarnation = max(durable.reservedIncarnation, sharedNumbersUsed)
    let hasEnded = present.unjudged != nil
    let registration = Registration(
      durable: durable, isTombstoned: present.hasTombstone,
      isSettled: present.isSettled, isTaskClosed: present.task == .closed,
      hasHolder: present.liveRun != nil && !hasEnded, hasEnded: hasEnded,
      sharedReservation: sharedReservation)
    perform(machine.register(id, registration, at: now))
    if isUp, present.liveRun != nil, dice.chance(30) { tell(.holderFound, child) }
    if isUp, present.task == .gone { tell(.taskVanished, child) }
    for _ in 0..<present.consumers { queueNews(.consumerAttached, child) }
  }
}
