/// What a look at the inbox showed.
public struct InboxObservation: Hashable, Sendable {
  /// How many messages wait.
  public var pending: Int
  /// The first of them.
  public var first: MessageKey?
  /// Grows with every message that is written, answered or not: tells new ones from old ones.
  public var newest: UInt64
  /// How many messages this inbox has had answered, ever; only its growth means something.
  public var answered: UInt64
  /// When the conversation last moved, as far as the files tell.
  public var lastActivity: Instant?

  public init(
    pending: Int = 0, first: MessageKey? = nil, newest: UInt64 = 0, answered: UInt64 = 0,
    lastActivity: Instant? = nil
  ) {
    self.pending = pending
    self.first = first
    self.newest = newest
    self.answered = answered
    self.lastActivity = lastActivity
  }
}

/// Who wants the child to run (rule 1).
public struct Demand: Hashable, Sendable {
  public internal(set) var consumers = 0
  public internal(set) var inbox = InboxObservation()
  /// When somebody last listened or something last waited.
  public internal(set) var last: Instant?
  /// When a consumer was last connected.
  public internal(set) var lastConsumer: Instant?

  init() {}

  package init(
    consumers: Int, inbox: InboxObservation, last: Instant?, lastConsumer: Instant?
  ) {
    self.consumers = consumers
    self.inbox = inbox
    self.last = last
    self.lastConsumer = lastConsumer
  }

  /// Somebody listens or something waits, as far as is known.
  public var isPresent: Bool { consumers > 0 || inbox.pending > 0 }

  mutating func attach(at now: Instant) {
    consumers += 1
    touch(at: now)
    lastConsumer = now
  }

  mutating func detach(at now: Instant) {
    consumers = max(0, consumers - 1)
    touch(at: now)
    lastConsumer = now
  }

  mutating func touch(at now: Instant) { last = max(last ?? now, now) }

  mutating func observe(_ observation: InboxObservation, at now: Instant) {
    inbox = observation
    if observation.pending > 0 { touch(at: now) }
    if let activity = observation.lastActivity { touch(at: min(activity, now)) }
  }

  /// When the idle timeout ends; nil while a consumer is connected.
  ///
  /// While a message waits it is looked at again now and then, and never in a tight circle, however
  /// short the timeout.
  func idleDeadline(_ timeout: TimeSpan, since start: Instant) -> Instant? {
    guard timeout != .infinity else { return nil }
    let span = inbox.pending > 0 ? max(timeout, .seconds(1)) : timeout
    return consumers > 0 ? nil : max(last ?? start, start) + span
  }
}
