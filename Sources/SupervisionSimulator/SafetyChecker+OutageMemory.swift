internal import SupervisionCore

extension SafetyChecker {
  /// What the disk says that the child waits for, the next dispatcher goes on with.
  mutating func recallOutage(_ child: Int, _ durable: DurableState, at now: Instant) {
    guard let kind = durable.outage else { return }
    children[child].tries.lastFailure = kind
    guard let last = durable.crashes.map({ min($0, now) }).max(),
      now - last <= settings.outageMemory
    else { return }
    var account = outages[kind] ?? OutageAccount()
    account.isOutage = true
    account.failures = [:]
    account.notBefore = max(account.notBefore, last + settings.outage.delay)
    account.changedAt = max(account.changedAt, last)
    outages[kind] = account
  }

  /// A dispatcher says that it goes on with an outage.
  mutating func checkRecalled(_ child: Int, _ decision: Decision) {
    let kind = children[child].tries.lastFailure
    if kind?.exit == decision.exit, kind.map({ outages[$0]?.isOutage }) == true { return }
    fail(.outage, child, "\(decision.exit, default: "no end") was no outage before")
  }

  /// What nobody has tried for long counts no more.
  mutating func forgetOutages(at now: Instant) {
    outages = outages.filter { _, account in
      !account.isOutage || now - account.changedAt <= settings.outageMemory
    }
  }

  /// Whoever waits for others looks again soon enough to be served when the outage is over.
  mutating func noteWaiting(_ child: Int, _ decision: Decision) {
    if decision.from == decision.to, decision.clause != .outage { return }
    children[child].tries.waitsForOthers = decision.clause == .outage
    guard decision.clause == .outage else { return }
    guard let next = decision.next, next - decision.at <= longestTry.scaled(by: 2) else {
      return fail(.outage, child, "looks again at \(decision.next, default: "no time")")
    }
  }

  /// A turn is over: the next dispatcher would know what the child waits for.
  mutating func checkOutageIsWritten(_ child: Int, _ facts: ChildFacts) {
    let tries = children[child].tries
    guard tries.waitsForOthers, let kind = tries.lastFailure, outages[kind]?.isOutage == true,
      facts.outageWritten != kind, !facts.isRefused
    else { return }
    fail(.outage, child, "waits for others, and the disk does not say so")
  }
}
