internal import SupervisionCore

/// One child's part of the world: what is on the disk, who listens, what runs.
struct SimulatedChild {
  enum Task { case open, closed, gone }

  // On the disk.
  var inbox = SimulatedInbox()
  var task = Task.open
  /// What is run for it.
  var program = ProgramID(1)
  var hasTombstone = false
  /// The work after the last process's end was done.
  var isSettled = true
  var record = SimulatedRecord()

  // Alive.
  var consumers = 0
  /// Somebody else's process answered messages; whose answers they were cannot be told.
  var hadForeignAnswers = false
  var run: SimulatedRun?
  /// How the last run ended, as the keeper knows it, until a dispatcher has taken it in.
  var unjudged: ExitStatus?
  /// A run that ended well, until the dispatcher has judged it.
  var idleRun: SimulatedRun?
  /// That it ended has been heard of.
  var isIdleEndKnown = false
  /// What the present dispatcher was told of processes, to be told once more.
  var news: [ChildEvent] = []

  /// News of one child stays in order.
  var lastDelivery = Instant(nanoseconds: 0)
  /// So do the readings of its inbox, whatever they are overtaken by.
  var lastReading = Instant(nanoseconds: 0)

  var isRunEverReady: Bool { run?.behaviour.isEverReady ?? true }

  var liveRun: SimulatedRun? { run?.isAlive == true ? run : nil }
}

/// A list of messages that are answered in order.
struct SimulatedInbox {
  private(set) var isPoison: [Bool] = []
  private(set) var firstPending = 0
  private(set) var answered: UInt64 = 0
  private(set) var lastActivity: Instant?
  /// The message before the first that waits was answered, and not put aside.
  private var isLastAnswered = false

  var pending: Int { isPoison.count - firstPending }
  var first: MessageKey? { pending > 0 ? MessageKey(UInt64(firstPending) + 1) : nil }
  var newest: UInt64 { UInt64(isPoison.count) }
  var isFirstPoison: Bool { pending > 0 && isPoison[firstPending] }

  mutating func append(poison: Bool, at now: Instant) {
    isPoison.append(poison)
    lastActivity = now
  }

  mutating func answerFirst(at now: Instant) {
    guard pending > 0 else { return }
    firstPending += 1
    answered += 1
    isLastAnswered = true
    lastActivity = now
  }

  /// The last answer was not on the disk yet: its message waits again.
  mutating func loseAnswer() {
    guard isLastAnswered, firstPending > 0 else { return }
    isLastAnswered = false
    firstPending -= 1
    answered -= 1
  }

  /// A message that is answered by now stays as it is.
  mutating func setAside(_ key: MessageKey) {
    guard key == first else { return }
    firstPending += 1
    isLastAnswered = false
  }

  var observation: InboxObservation {
    InboxObservation(
      pending: pending, first: first, newest: newest, answered: answered,
      lastActivity: lastActivity)
  }
}
