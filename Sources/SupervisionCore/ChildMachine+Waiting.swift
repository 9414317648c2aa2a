extension ChildMachine {
  /// Asks for a fresh look at the inbox, once.
  mutating func observe(_ context: inout DecisionContext) {
    guard !isObserving else { return }
    isObserving = true
    context.effects.append(.observeInbox(id))
  }

  /// An answer that may be older than the last hint decides like any other, and is not the last.
  mutating func lookAgain(_ event: ChildEvent, _ context: inout DecisionContext) {
    guard case .inboxObserved = event, wasTouchedMeanwhile else { return }
    wasTouchedMeanwhile = false
    observe(&context)
  }

  /// Something is due: a sign of life, or a decision for which the inbox is looked at.
  mutating func attendDeadline(_ context: inout DecisionContext) {
    if case .running(let run) = state { attendWatchdog(run, &context) }
    observeWhenDue(&context)
  }

  /// A deadline that a look at the inbox must confirm.
  mutating func observeWhenDue(_ context: inout DecisionContext) {
    guard let due = lookDeadline(context.settings), due <= context.now else { return }
    observe(&context)
  }

  /// A running child was looked at because its idle timeout has passed (rule 4).
  mutating func decideToIdleOut(_ context: inout DecisionContext) {
    guard case .running(let run) = state, !demand.isPresent,
      let due = idleDeadline(of: run, context.settings), due <= context.now
    else { return }
    stop(.idle, because: .idleTimeout, &context)
  }

  /// From `backoff`: gives up waiting when nobody wants the child, starts it when it is time.
  mutating func leaveBackoffWithoutDemand(_ context: inout DecisionContext) {
    guard !isObserving, case .backoff(let until) = state else { return }
    if !demand.isPresent {
      enter(.resting, because: .noDemand, &context)
    } else if until <= context.now {
      rest(because: .backingOff, &context)
    }
  }

  /// Told by the attaching itself, not by its time: several things happen at the same instant.
  mutating func welcomeWhileParked(_ context: inout DecisionContext) {
    guard case .parked(var parking) = state else { return }
    parking.hasNewConsumer = true
    update(.parked(parking))
    noticeNewDemand(&context)
  }

  /// From `parked`: demand that is newer than the parking ends it, after the cap delay (rule 6).
  mutating func noticeNewDemand(_ context: inout DecisionContext) {
    guard case .parked(var parking) = state else { return }
    if demand.consumers == 0 { parking.hasNewConsumer = false }
    parking.hasNewDemand =
      parking.hasNewConsumer
      || demand.inbox.pending > 0 && demand.inbox.newest > parking.newest
    update(.parked(parking))
    guard parking.hasNewDemand, !isObserving,
      parking.since + context.settings.backoff.cap <= context.now
    else { return }
    holdUntil = nil
    rest(because: .parkedOver, &context)
  }
}
