internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// The children, and what has happened to them since the last turn; performs what the core decides.
///
/// Nothing here outlives the process, so of what the core wants kept nothing is.
final class ChildTable {
  private let driver: ChildDriver
  private var byID: [ChildID: SupervisedChild] = [:]
  private var byName: [String: ChildID] = [:]
  private var lastNumber: UInt32 = 0
  private var events: [SupervisionEvent] = []
  let voices: ChildVoices
  private let launcher = ChildLaunch()

  init(_ driver: ChildDriver) {
    self.driver = driver
    voices = ChildVoices(loop: driver.loop)
    voices.report = { [unowned self] in heard($3, by: $2, on: $0, $1) }
  }

  subscript(name: String) -> SupervisedChild? { byName[name].flatMap { byID[$0] } }

  var names: [String] { byName.keys.sorted() }

  func insert(_ specification: ChildSpecification) -> SupervisedChild {
    lastNumber += 1
    let child = SupervisedChild(ChildID(lastNumber), specification)
    byID[child.id] = child
    byName[specification.name] = child.id
    applyTimes()
    return child
  }

  /// Each child has times of its own.
  private func applyTimes() {
    driver.apply(driver.machine.settings, times: byID.mapValues(\.specification.times))
  }

  /// Lets go of removed children whose last process is gone.
  func forgetLeaving() {
    let gone = byID.values.filter { $0.isLeaving && driver.forget($0.id) }
    if gone.isEmpty { return }
    for child in gone {
      byID[child.id] = nil
      byName[child.specification.name] = nil
    }
    applyTimes()
  }

  /// Asks for the demand, and tells the core when it has changed.
  func reconsider(_ child: SupervisedChild) {
    if let change = child.demandChange() { driver.report(change, of: child.id) }
  }

  var hasEvents: Bool { !events.isEmpty }

  func takeEvents() -> [SupervisionEvent] {
    defer { events = [] }
    return events
  }

  private func tell(_ kind: SupervisionEvent.Kind, _ child: ChildID, _ run: Incarnation?) {
    guard let name = byID[child]?.specification.name else { return }
    events.append(SupervisionEvent(child: name, run: run?.number, kind: kind))
  }

  private func heard(
    _ message: NotifyMessage, by sender: PeerCredentials, on child: ChildID, _ run: Incarnation
  ) {
    guard driver.hear(message, by: sender, on: child, run) else { return }
    if let status = message.status { tell(.status(status), child, run) }
  }
}

extension ChildTable: SupervisionDelegate {
  func launch(_ id: ChildID, _ run: Incarnation) -> LaunchPlan {
    guard let child = byID[id] else { return .impossible(.program, reason: "no such child") }
    do throws(LaunchProblem) {
      let socket = child.specification.speaks ? try voices.open(id, run) : nil
      return .run(
        try launcher.request(for: child.specification, socket: socket),
        awaitsReadiness: child.specification.readiness == .notified,
        watchdog: child.specification.watchdog.map { TimeSpan($0) } ?? .zero,
        // Each is a program of its own: that several end alike means nothing here.
        program: ProgramID(UInt64(id.number)))
    } catch {
      tell(.notStarted(reason: error.reason), id, run)
      voices.close(id)
      return .impossible(error.problem, reason: error.reason)
    }
  }

  func launched(_ child: ChildID, _ run: Incarnation, pid: Int32) {
    tell(.started(pid: pid), child, run)
  }

  func spawnFailed(_ child: ChildID, _ run: Incarnation, _ failure: SpawnFailure) {
    voices.close(child)
    tell(.notStarted(reason: "\(failure)"), child, run)
  }

  func ended(_ child: ChildID, _ run: Incarnation, pid: Int32, _ proof: DeathProof) {
    voices.close(child)
  }

  func listen(_ child: ChildID, _ run: Incarnation) {
    voices.listen(to: child)
    driver.report(.heard(run), of: child)
  }

  /// The demand as it is now; after a run, once it is known what that was good for.
  func observeInbox(_ id: ChildID) {
    guard let child = byID[id] else { return }
    if case .stopping(let stop) = driver.machine.state(of: id), case .settling = stop.phase {
      child.judge(stop, at: Instant(nanoseconds: Clock.monotonic))
    }
    reconsider(child)
    driver.report(.inboxObserved(InboxObservation(answered: child.usefulRuns)), of: id)
  }

  func record(_ decision: Decision) {
    for kind in SupervisionEvent.Kind.told(by: decision) {
      tell(kind, decision.child, decision.incarnation)
    }
  }

  // Nobody here asks for a tombstone, and no message waits.
  func bury(_ children: [(child: ChildID, reason: ArchiveReason)]) {}
  func exhume(_ child: ChildID) {}
  func settleArchives(_ children: [(child: ChildID, outcome: HandlerOutcome)]) {}
  func setAside(_ message: MessageKey, of child: ChildID, failures: Int) {}
  func persist(_ states: [(child: ChildID, state: DurableState)], _ urgency: Effect.Urgency) {}
}
