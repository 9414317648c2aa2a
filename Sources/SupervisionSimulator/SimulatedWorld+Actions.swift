internal import SupervisionCore

extension SimulatedWorld {
  mutating func perform(_ action: Action) {
    trace?.add("\(action)", at: now)
    switch action {
    case .attach(let child): attach(child)
    case .detach(let child): detach(child)
    case .send(let child, let poison): send(child, poison: poison)
    case .touch(let child): queueNews(.inboxTouched, child)
    case .close(let child): close(child)
    case .reopen(let child): reopen(child)
    case .vanish(let child): vanish(child)
    case .start(let child): queueNews(.startRequested, child)
    case .stop(let child): queueNews(.stopRequested, child)
    case .interrupt(let child): queueNews(.interruptRequested, child)
    case .reset(let child): queueNews(.resetRequested, child)
    case .restart(let child):
      children[child].program = ProgramID(children[child].program.number ^ 3)
      queueNews(.restartRequested, child)
    case .archive(let child, let reason, let grace):
      let span = grace.map { TimeSpan.milliseconds($0) }
      queueNews(.archiveRequested(reason, grace: span), child)
    case .purge:
      for child in children.indices { purge(child) }
    case .restore(let child): queueNews(.restoreRequested, child)
    case .retune(let number): retune(number)
    case .foreignHolder(let child): startForeigner(child)
    case .repeatNews(let child): repeatNews(child)
    case .failTombstones(let count): failingTombstones = count
    case .suspend(let milliseconds):
      notBefore = now + .milliseconds(max(0, milliseconds))
      checker.isAway(until: notBefore)
    case .stall(let milliseconds):
      deafUntil = now + .milliseconds(max(0, milliseconds))
      checker.isAway(until: deafUntil)
    case .setWallClock(let seconds): wallOffset = .seconds(seconds)
    case .kill(let effects): effectsLeft = isUp ? effects : nil
    case .shutDown: shutDown()
    case .killKeeper: killKeeper()
    case .failWrites(let count): failingWrites = count
    case .slowDown(let milliseconds): slowDisk = .milliseconds(max(0, milliseconds))
    case .cutPower: cutPower()
    }
  }

  /// Somebody changed the configuration.
  private mutating func retune(_ number: UInt64) {
    let drawn = DrawnSettings(number)
    settings = drawn.settings
    checker.retuned(drawn.settings)
    times = [ChildID(0): drawn.times]
    guard isUp else { return }
    perform(machine.apply(settings, times: times))
    finishTurn()
  }

  private mutating func purge(_ child: Int) {
    if children[child].hasTombstone { queueNews(.spared(.excepted), child) }
    queueNews(.archiveRequested(.purge, grace: nil), child)
  }

  private mutating func attach(_ child: Int) {
    // The real one turns the consumer away; the core must keep its promise to one that got in.
    if children[child].hasTombstone { queueNews(.refused(.attach), child) }
    children[child].consumers += 1
    queueNews(.consumerAttached, child)
  }

  mutating func detach(_ child: Int) {
    guard children[child].consumers > 0 else { return }
    children[child].consumers -= 1
    queueNews(.consumerDetached, child)
  }

  private mutating func send(_ child: Int, poison: Bool) {
    children[child].inbox.append(poison: poison, at: now)
    queueNews(.inboxTouched, child)
    readInbox(child)
  }

  private mutating func close(_ child: Int) {
    guard children[child].task == .open else { return }
    children[child].task = .closed
    queueNews(.taskClosed, child)
  }

  private mutating func reopen(_ child: Int) {
    // Some programs say that a task is open which was never closed.
    if children[child].task == .gone { return }
    children[child].task = .open
    queueNews(.taskReopened, child)
  }

  private mutating func vanish(_ child: Int) {
    guard children[child].task != .gone else { return }
    children[child].task = .gone
    queueNews(.taskVanished, child)
  }

  private mutating func startForeigner(_ child: Int) {
    let present = children[child]
    guard present.liveRun == nil, !present.hasTombstone, present.task == .open else { return }
    var behaviour = self.behaviour ?? Behaviour(&dice, schedule.faults)
    behaviour.birth = .works
    // The lock names another process now.
    children[child].unjudged = nil
    start(behaviour, child, isForeign: true)
  }

  private mutating func repeatNews(_ child: Int) {
    let old = children[child].news
    queueNews(old.isEmpty || dice.chance(20) ? .deadline : old[dice.below(old.count)], child)
  }

  private mutating func shutDown() {
    guard isUp, !machine.isShuttingDown else { return }
    checker.shutDown()
    for id in machine.ids {
      if let state = machine.state(of: id) { coverage.saw(.shutdownRequested, in: state) }
    }
    perform(machine.shutDown(at: now))
    planBoot(after: .seconds(60))
  }
}
