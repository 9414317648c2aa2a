internal import JSONLines
internal import SupervisionCore

/// The events without what comes with them, by the words of the records.
enum EventWord: String, CaseIterable {
  case consumerAttached = "consumer-attached"
  case consumerDetached = "consumer-detached"
  case inboxTouched = "inbox-touched"
  case inboxObserved = "inbox-observed"
  case spawned
  case spawnFailed = "spawn-failed"
  case holderFound = "holder-found"
  case ready, exited, emptied
  case saidAlive = "said-alive"
  case saidWatchdog = "said-watchdog"
  case saidBroken = "said-broken"
  case saidLeaving = "said-leaving"
  case saidNeedsTime = "said-needs-time"
  case heard
  case taskClosed = "task-closed"
  case taskReopened = "task-reopened"
  case taskVanished = "task-vanished"
  case tombstoned
  case tombstoneFailed = "tombstone-failed"
  case tombstoneRemoved = "tombstone-removed"
  case deadline
  case startRequested = "start-requested"
  case stopRequested = "stop-requested"
  case interruptRequested = "interrupt-requested"
  case resetRequested = "reset-requested"
  case restartRequested = "restart-requested"
  case archiveRequested = "archive-requested"
  case restoreRequested = "restore-requested"
  case shutdownRequested = "shutdown-requested"
  case refused, spared

  init(_ event: ChildEvent) {
    switch event {
    case .consumerAttached: self = .consumerAttached
    case .consumerDetached: self = .consumerDetached
    case .inboxTouched: self = .inboxTouched
    case .inboxObserved: self = .inboxObserved
    case .spawned: self = .spawned
    case .spawnFailed: self = .spawnFailed
    case .holderFound: self = .holderFound
    case .ready: self = .ready
    case .exited: self = .exited
    case .emptied: self = .emptied
    case .said(_, let announcement): self.init(announcement)
    case .heard: self = .heard
    case .taskClosed: self = .taskClosed
    case .taskReopened: self = .taskReopened
    case .taskVanished: self = .taskVanished
    case .tombstoned: self = .tombstoned
    case .tombstoneFailed: self = .tombstoneFailed
    case .tombstoneRemoved: self = .tombstoneRemoved
    case .deadline: self = .deadline
    case .startRequested: self = .startRequested
    case .stopRequested: self = .stopRequested
    case .interruptRequested: self = .interruptRequested
    case .resetRequested: self = .resetRequested
    case .restartRequested: self = .restartRequested
    case .archiveRequested: self = .archiveRequested
    case .restoreRequested: self = .restoreRequested
    case .shutdownRequested: self = .shutdownRequested
    case .refused: self = .refused
    case .spared: self = .spared
    }
  }

  private init(_ announcement: Announcement) {
    switch announcement {
    case .alive: self = .saidAlive
    case .watchdog: self = .saidWatchdog
    case .broken: self = .saidBroken
    case .leaving: self = .saidLeaving
    case .needsTime: self = .saidNeedsTime
    }
  }
}

extension RecordWriter {
  mutating func put(_ event: ChildEvent) {
    put(.kind, text: EventWord(event).rawValue)
    switch event {
    case .inboxObserved(let observation): put(observation)
    case .spawned(let run, let awaitsReadiness, let watchdog, let program):
      put(.run, number: run.number)
      put(.awaitsReadiness, flag: awaitsReadiness)
      put(.span, span: watchdog, unless: .zero)
      put(program)
    case .said(let run, .watchdog(let span)), .said(let run, .needsTime(let span)):
      put(.run, number: run.number)
      put(.span, span: span)
    case .spawnFailed(let run, let problem, let program):
      put(.run, number: run.number)
      put(.problem, text: problem.rawValue)
      put(program)
    case .ready(let run), .emptied(let run), .said(let run, _), .heard(let run):
      put(.run, number: run.number)
    case .exited(let run, let status, let leftovers):
      put(.run, number: run.number)
      put(.exit, text: status.recorded)
      put(.leftovers, flag: leftovers)
    case .archiveRequested(let reason, let grace):
      put(.reason, text: reason.rawValue)
      put(.grace, span: grace)
    case .refused(let request): put(.reason, text: request.rawValue)
    case .spared(let exception): put(.reason, text: exception.rawValue)
    case .consumerAttached, .consumerDetached, .inboxTouched, .holderFound, .taskClosed,
      .taskReopened, .taskVanished, .tombstoned, .tombstoneFailed, .tombstoneRemoved, .deadline,
      .startRequested, .stopRequested, .interruptRequested, .resetRequested, .restartRequested,
      .restoreRequested, .shutdownRequested:
      break
    }
  }

  mutating func put(_ inbox: InboxObservation) {
    put(.pending, number: inbox.pending, unless: 0)
    put(.first, number: inbox.first?.value)
    put(.newest, number: inbox.newest, unless: 0)
    put(.answered, number: inbox.answered, unless: 0)
    put(.activity, at: inbox.lastActivity)
  }
}

extension RecordReader {
  func event() throws(RecordError) -> ChildEvent {
    switch try required(.kind, word(.kind)) as EventWord {
    case .consumerAttached: .consumerAttached
    case .consumerDetached: .consumerDetached
    case .inboxTouched: .inboxTouched
    case .inboxObserved: .inboxObserved(try observation())
    case .spawned:
      .spawned(
        try run(), awaitsReadiness: try flag(.awaitsReadiness),
        watchdog: try span(.span) ?? .zero, program: try program())
    case .spawnFailed:
      .spawnFailed(
        try run(), try required(.problem, word(.problem)), program: try program())
    case .holderFound: .holderFound
    case .ready: .ready(try run())
    case .exited:
      .exited(try run(), try required(.exit, exit()), leftovers: try flag(.leftovers))
    case .emptied: .emptied(try run())
    case .saidAlive: .said(try run(), .alive)
    case .saidWatchdog: .said(try run(), .watchdog(try required(.span, span(.span))))
    case .saidBroken: .said(try run(), .broken)
    case .saidLeaving: .said(try run(), .leaving)
    case .saidNeedsTime: .said(try run(), .needsTime(try required(.span, span(.span))))
    case .heard: .heard(try run())
    case .taskClosed: .taskClosed
    case .taskReopened: .taskReopened
    case .taskVanished: .taskVanished
    case .tombstoned: .tombstoned
    case .tombstoneFailed: .tombstoneFailed
    case .tombstoneRemoved: .tombstoneRemoved
    case .deadline: .deadline
    case .startRequested: .startRequested
    case .stopRequested: .stopRequested
    case .interruptRequested: .interruptRequested
    case .resetRequested: .resetRequested
    case .restartRequested: .restartRequested
    case .archiveRequested:
      .archiveRequested(try required(.reason, word(.reason)), grace: try span(.grace))
    case .restoreRequested: .restoreRequested
    case .shutdownRequested: .shutdownRequested
    case .refused: .refused(try required(.reason, word(.reason)))
    case .spared: .spared(try required(.reason, word(.reason)))
    }
  }

  func observation() throws(RecordError) -> InboxObservation {
    let first: UInt64? = try number(.first)
    return InboxObservation(
      pending: try number(.pending) ?? 0, first: first.map { MessageKey($0) },
      newest: try number(.newest) ?? 0, answered: try number(.answered) ?? 0,
      lastActivity: try instant(.activity))
  }

  private func run() throws(RecordError) -> Incarnation {
    Incarnation(try required(.run, number(.run)))
  }
}
