import Testing

@testable import SupervisionCore

/// Children that people listen to and write to, on a clock that only moves when told to.
struct Crowd {
  private(set) var machine: SupervisorMachine
  private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
  let children: [ChildID]
  /// How each run ends as soon as it began; nil: it stays.
  var failure: ExitStatus?
  /// Whether a run that stays answers what waits.
  var answers = false
  private(set) var starts: [(child: ChildID, at: Instant)] = []
  private(set) var clauses: [Clause] = []
  /// Whoever may be live.
  private var started: [ChildID] = []
  private var inboxes: [ChildID: InboxObservation] = [:]
  /// What is on the disk.
  private(set) var written: [ChildID: DurableState] = [:]
  private let program: (ChildID) -> ProgramID

  init(
    _ count: UInt32, messages: Int = 1,
    program: @escaping (ChildID) -> ProgramID = { _ in ProgramID(1) }
  ) {
    machine = SupervisorMachine(settings: SupervisionSettings(), seed: 7)
    self.program = program
    children = (1...count).map { ChildID($0) }
    for child in children {
      var inbox = InboxObservation()
      if messages > 0 {
        inbox.pending = messages
        inbox.newest = 1
        inbox.first = MessageKey(1)
      }
      inboxes[child] = inbox
      _ = machine.register(child, Registration(), at: now)
      tell(.inboxObserved(inbox), child)
      tell(.consumerAttached, child)
    }
  }

  mutating func tell(_ event: ChildEvent, _ child: ChildID) {
    take(machine.handle(event, for: child, at: now))
    #expect(machine.brokenInvariant(of: child) == nil)
  }

  /// Starts and inboxes are seen to at once.
  private mutating func take(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .spawn(let child, let run):
        starts.append((child, now))
        started.append(child)
        tell(.spawned(run, awaitsReadiness: false, program: program(child)), child)
        if answers, failure == nil { answer(child) }
      case .observeInbox(let child):
        tell(.inboxObserved(inboxes[child] ?? InboxObservation()), child)
      case .record(let decision): clauses.append(decision.clause)
      case .persist(let child, let state, _): written[child] = state
      default: break
      }
    }
  }

  private mutating func answer(_ child: ChildID) {
    guard let inbox = inboxes[child], inbox.pending > 0 else { return }
    inboxes[child]?.pending = 0
    inboxes[child]?.first = nil
    inboxes[child]?.answered += 1
  }

  /// Somebody writes what no run answers.
  mutating func writes(to child: ChildID) {
    answers = false
    inboxes[child]?.pending = 1
    inboxes[child]?.newest = 2
    inboxes[child]?.first = MessageKey(2)
    tell(.inboxTouched, child)
  }

  /// The supervisor dies and so does what ran; the next one begins with what is on the disk.
  mutating func isSupervisedAnew(after pause: TimeSpan = .zero) {
    now = now + pause
    machine = SupervisorMachine(settings: machine.settings, seed: 8)
    let looks = children.flatMap {
      machine.register($0, Registration(durable: written[$0] ?? DurableState()), at: now)
    }
    // What is found out by looking comes after all are known.
    take(looks)
    for child in children { tell(.consumerAttached, child) }
  }

  /// Other settings count from now on.
  mutating func retune(_ settings: SupervisionSettings) { take(machine.apply(settings)) }

  /// Nobody writes or listens any more.
  mutating func isLeftAlone() {
    for child in children {
      inboxes[child] = InboxObservation()
      tell(.consumerDetached, child)
    }
  }

  mutating func forget(_ child: ChildID) { machine.forget(child) }

  mutating func end(_ child: ChildID, _ status: ExitStatus) {
    guard let run = machine.state(of: child)?.incarnation else { return }
    tell(.exited(run, status, leftovers: false), child)
  }

  func isLive(_ child: ChildID) -> Bool { machine.state(of: child)?.incarnation != nil }

  /// Lets time pass.
  mutating func pass(_ span: TimeSpan) {
    let end = now + span
    while true {
      if let failure {
        let live = started.filter(isLive)
        started = []
        for child in live { self.end(child, failure) }
      }
      guard let next = machine.nextDeadline, next <= end else { break }
      now = max(now, next)
      take(machine.expire(at: now))
    }
    now = end
  }
}
