extension ChildMachine {
  /// Asks for the tombstone. Until it stands nothing is stopped, and nothing is started. Rule 11.
  mutating func bury(
    _ reason: ArchiveReason, because clause: Clause, grace: TimeSpan?,
    _ context: inout DecisionContext
  ) {
    if burial == .standing { return note(.alreadyArchived, &context) }
    archiveGrace = grace
    if case .requested = burial { return }
    burial = .requested(reason)
    note(clause, &context)
    context.effects.append(.bury(id, reason))
  }

  /// Asks for the tombstone's removal. The only way back. Rule 12.
  mutating func exhume(_ context: inout DecisionContext) {
    guard burial == .standing else { return note(.restored, &context) }
    context.effects.append(.exhume(id))
  }

  /// The tombstone is gone, or the task is open again.
  mutating func reopen(because clause: Clause, _ context: inout DecisionContext) {
    archiveGrace = nil
    if clause == .restored { isDown = false }
    rest(because: clause, &context)
    if case .resting = state { observe(&context) }
  }
}
