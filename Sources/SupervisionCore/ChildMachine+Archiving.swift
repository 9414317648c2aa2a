extension ChildMachine {
  /// Asks for the tombstone.
  ///
  /// Until it stands nothing is stopped, and nothing is started. Rule 11.
  mutating func bury(
    _ reason: ArchiveReason, because clause: Clause, grace: TimeSpan?,
    _ context: inout DecisionContext
  ) {
    switch burial {
    case .standing: return note(.alreadyArchived, &context)
    case .none: burial = .requested(reason)
    case .lifting: burial = .renewing(reason)
    case .requested, .renewing:
      archiveGrace = grace
      return
    }
    archiveGrace = grace
    note(clause, &context)
    context.effects.append(.bury(id, reason))
  }

  /// Asks for the tombstone's removal.
  ///
  /// The only way back. Rule 12.
  mutating func exhume(_ context: inout DecisionContext) {
    guard burial == .standing else { return note(.restored, &context) }
    burial = .lifting
    // Written first: a supervisor that dies in between must not find the child down.
    isDown = false
    persist(.beforeActing, &context)
    context.effects.append(.exhume(id))
  }

  /// The tombstone is gone for good.
  mutating func forgetBurial() {
    burial = .none
    archiveGrace = nil
  }

  /// Somebody opened the task again: where a tombstone stands, it is closed once more.
  ///
  /// Rule 12.
  mutating func openTask(_ context: inout DecisionContext) {
    if burial == .standing { context.effects.append(.settleArchive(id, .none)) }
    reopen(because: .taskReopened, &context)
  }

  /// The tombstone is gone, or the task is open again.
  mutating func reopen(because clause: Clause, _ context: inout DecisionContext) {
    lookAndRest(because: clause, &context)
  }
}
