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
  enum Progress {
    /// There is more to do at once.
    case again
    /// Nothing to do until an event or a deadline.
    case wait
    case over(HandlerExit)
  }

  /// Whether the handler is to end.
  enum Ending: Equatable {
    case no
    /// When the turn in progress is over, or at this instant, whichever is first.
    case afterTurn(Int64)
    /// Now; with how the run is to end when that was decided by a failed turn.
    case now(HandlerExit?)
  }

  let environment: HandlerEnvironment
  let token: SessionToken?
  let responder: any Responder
  let loop: EventLoop
  let signals: SignalDescriptor
  let notifier: ReadinessNotifier
  let conversation: Conversation
  let outbox: MessageLog
  var inbox: InboxWatch?
  var draft: DraftFile

  var mustRefresh = true
  var current: Turn?
  var ending = Ending.no
  var lastServed: PendingMessage?
  /// What an earlier run began with last.
  let earlier: ServingNote?
  var reported: [Problem] = []
  /// The message that could not be read back, once; the inbox was replaced, and is read again.
  var missed: PendingMessage?
  var nextWatchdog: Int64?
  /// While the program starts or ends: when to ask for more time.
  var nextExtension: Int64?

  /// A message that is being answered.
  struct Turn {
    let place: PendingMessage
    let question: Question
  }

  init(_ context: HandlerContext, _ responder: any Responder) throws(Errno) {
    environment = context.environment
    token = context.token
    loop = context.loop
    self.responder = responder
    signals = try SignalDescriptor([
      .terminate, .hangup, .interrupt, .child, ChatServer.folderChanged,
    ])
    notifier = ReadinessNotifier(address: environment.notifySocket)
    let directory = environment.directory
    conversation = Conversation(directory: directory, token: token)
    outbox = MessageLog(directory: directory, .outbox, token: token)
    draft = DraftFile(directory, token: token)
    earlier = ServingNote.read(directory)
    nextWatchdog = environment.watchdog.map { Clock.monotonic + $0 / 2 }
  }

  static let folderChanged = Signal(rawValue: SIGIO)

  /// Runs until the handler is to end, and says how.
  func run() -> HandlerExit {
    let exit = serve()
    draft.end()
    // For `wg chat show` and the record of the failure: where the output goes to a journal, the
    // dispatcher has no other word of the cause.
    if let cause = exit.reason?.split(separator: "\n").first {
      notifier.status(String(cause), at: Clock.monotonic)
    }
    return exit
  }

  private func serve() -> HandlerExit {
    do throws(HandlerExit) {
      try begin()
      while true {
        let now = Clock.monotonic
        try responder.advance(at: now)
        switch try step(at: now) {
        case .over(let exit): return exit
        case .again: try turn(block: false)
        case .wait: try turn(block: true)
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

  private func turn(block: Bool) throws(HandlerExit) {
    let deadlines = [
      responder.deadline, inbox?.deadline, notifier.deadline, nextWatchdog, nextExtension,
      draft.deadline, endingDeadline,
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
