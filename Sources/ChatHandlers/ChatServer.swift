internal import ChatStorage
internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Serves the messages of one chat, in order, at least once each, until it is told to stop.
///
/// One thread and one loop; without messages nothing runs. An answer is first in the outbox, then
/// the cursor moves: a crash between the two is found out by the answer's request id.
final class ChatServer {
  private enum Progress {
    /// There is more to do at once.
    case again
    /// Nothing to do until an event or a deadline.
    case wait
    case over(HandlerExit)
  }

  /// How much of the files is read between two looks at signals.
  private static let readBudget = 4 << 20

  private let environment: HandlerEnvironment
  private let responder: any Responder
  private let loop: EventLoop
  private let signals: SignalDescriptor
  private let notifier: ReadinessNotifier
  private let conversation: Conversation
  private let outbox: MessageLog
  private var inbox: InboxWatch?

  private var mustRefresh = true
  private var current: (place: PendingMessage, message: ChatMessage)?
  private var lastServed: PendingMessage?
  private var reported: [Problem] = []
  /// The message that could not be read back, once; the inbox was replaced, and is read again.
  private var missed: PendingMessage?
  private var nextWatchdog: Int64?
  /// While the program starts or ends: when to ask for more time.
  private var nextExtension: Int64?

  init(_ environment: HandlerEnvironment, _ responder: any Responder, loop: EventLoop) throws(Errno)
  {
    self.environment = environment
    self.responder = responder
    self.loop = loop
    signals = try SignalDescriptor([
      .terminate, .hangup, .interrupt, .child, ChatServer.folderChanged,
    ])
    notifier = ReadinessNotifier(address: environment.notifySocket)
    conversation = Conversation(directory: environment.directory)
    outbox = MessageLog(directory: environment.directory, .outbox)
    nextWatchdog = environment.watchdog.map { Clock.monotonic + $0 / 2 }
  }

  private static let folderChanged = Signal(rawValue: SIGIO)

  /// Runs until the handler is to end, and says how.
  func run() -> HandlerExit {
    do throws(HandlerExit) {
      try begin()
      while true {
        let now = Clock.monotonic
        try responder.advance(at: now)
        switch try step(at: now) {
        case .over(let exit): return exit
        case .again: try turn(block: false, at: now)
        case .wait: try turn(block: true, at: now)
        }
      }
    } catch {
      return error
    }
  }

  private func begin() throws(HandlerExit) {
    SignalDisposition.ignored.set(for: .brokenPipe)
    try system { () throws(Errno) in
      _ = try loop.add(signals.descriptor, for: .readable) { [unowned self] _ in readSignals() }
    }
    // Before the first look at the inbox, or a message between the two would wait for the next.
    inbox = InboxWatch(environment.directory, loop: loop) { [unowned self] in mustRefresh = true }
    try responder.start(at: Clock.monotonic)
  }

  private func turn(block: Bool, at now: Int64) throws(HandlerExit) {
    let deadlines = [
      responder.deadline, inbox?.deadline, notifier.deadline, nextWatchdog, nextExtension,
    ]
    loop.deadline = deadlines.compactMap { $0 }.min()
    try system { () throws(Errno) in _ = try loop.runTurn(block: block) }
  }

  private func system(_ body: () throws(Errno) -> Void) throws(HandlerExit) {
    do throws(Errno) {
      try body()
    } catch {
      throw HandlerExit(.system, "the event loop failed: \(error)")
    }
  }
}

// Events.
extension ChatServer {
  private func readSignals() {
    while let received = try? signals.read() {
      switch received.signal {
      case .terminate, .hangup:
        notifier.stopping(at: Clock.monotonic)
        responder.stop(at: Clock.monotonic)
      case .interrupt: responder.interrupt(at: Clock.monotonic)
      case ChatServer.folderChanged: mustRefresh = true
      default: break  // SIGCHLD: `advance` looks at the children in each turn.
      }
    }
  }

  private func attendClocks(at now: Int64) {
    if inbox?.isDue(at: now) == true { mustRefresh = true }
    notifier.flush(at: now)
    if let due = nextWatchdog, let interval = environment.watchdog, due <= now {
      notifier.watchdog(at: now)
      nextWatchdog = now + interval / 2
    }
    askForTime(at: now)
  }

  private static let extensionInterval: Int64 = 5_000_000_000

  /// A program may take long to start or to end, and this handler bounds both: the dispatcher need
  /// not end it meanwhile.
  private func askForTime(at now: Int64) {
    switch responder.state {
    case .ready, .answering, .answered, .ended: nextExtension = nil
    case .starting, .stopping:
      if let due = nextExtension, due > now { return }
      if nextExtension != nil { notifier.needsTime(3 * ChatServer.extensionInterval, at: now) }
      nextExtension = now + ChatServer.extensionInterval
    }
  }
}

// Serving.
extension ChatServer {
  private func step(at now: Int64) throws(HandlerExit) -> Progress {
    attendClocks(at: now)
    switch responder.state {
    case .starting, .answering, .stopping: return .wait
    case .ready:
      notifier.ready(at: now)
      return try files { () throws(StorageError) in try serveNext(at: now) }
    case .answered(let answer):
      try files { () throws(StorageError) in try deliver(answer) }
      try responder.acknowledge(at: now)
      return .again
    case .ended(let exit): return .over(exit)
    }
  }

  private func files<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(HandlerExit) -> Result {
    do throws(StorageError) {
      return try body()
    } catch {
      throw HandlerExit(.files, error.description)
    }
  }

  private func serveNext(at now: Int64) throws(StorageError) -> Progress {
    if mustRefresh {
      mustRefresh = try !conversation.refresh(budget: ChatServer.readBudget)
      reportProblems()
      if mustRefresh { return .again }
    }
    guard let next = conversation.pending.first else {
      // Saves the next incarnation work, no more.
      _ = try? conversation.saveCheckpoint()
      notifier.status("waiting for a message", at: now)
      return .wait
    }
    try begin(next, at: now)
    return .again
  }

  private func begin(_ place: PendingMessage, at now: Int64) throws(StorageError) {
    if place == lastServed {
      throw StorageError(
        file: outbox.path, kind: .badData,
        reason: "message \(place.id) is still waiting although its answer was written")
    }
    guard let message = try message(at: place) else { return }
    current = (place, message)
    responder.answer(message.content, at: now)
    if responder.state == .answering { notifier.status("answering message \(place.id)", at: now) }
  }

  private func message(at place: PendingMessage) throws(StorageError) -> ChatMessage? {
    do throws(StorageError) {
      return try conversation.message(at: place)
    } catch {
      guard error.kind == .badData || error.kind == .notFound, missed != place else { throw error }
      missed = place
      mustRefresh = true
      return nil
    }
  }

  private func deliver(_ answer: Answer) throws(StorageError) {
    guard let (place, message) = current else { return }
    let role: ChatMessage.Role =
      switch answer.kind {
      case .answer: .coordinator
      case .systemError: .systemError
      }
    try outbox.append(
      NewMessage(
        role: role, content: answer.content, requestID: message.effectiveRequestID,
        user: message.user))
    lastServed = place
    current = nil
    try moveCursor(past: place)
  }

  /// The cursor hides every smaller id.
  ///
  /// After a look at the files, since an inbox that was replaced may count from 1 again; then the
  /// answer in the outbox is enough.
  private func moveCursor(past place: PendingMessage) throws(StorageError) {
    try conversation.refresh()
    mustRefresh = false
    guard conversation.pending.allSatisfy({ $0.id > place.id }) else { return }
    try conversation.advanceCursor(place.id)
  }

  private func reportProblems() {
    let problems = conversation.problems
    for problem in problems where !reported.contains(problem) {
      StandardStreams.write(.error, "wg-handler: \(problem)\n")
    }
    reported = problems
  }
}
