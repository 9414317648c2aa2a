/// When a dispatcher ends because nothing has been left to do for a while.
///
/// A value: what counts as something to do, and what the time is, it is told.
struct IdleExit: Equatable {
  /// Nanoseconds of idleness; nil: it never ends by itself.
  let span: Int64?
  /// When it ends unless something happens before, by the monotonic clock; nil while it is busy.
  private(set) var dueAt: Int64?
  private var seen: Activity?

  /// What tells that something has happened since the last look, even if it is over by now.
  struct Activity: Equatable {
    var decisions: UInt64
    var connections: UInt64
  }

  init(span: Int64?) { self.span = span }

  /// Looks once a turn; true when it is time to end.
  mutating func look(isBusy: Bool, _ activity: Activity, now: Int64) -> Bool {
    guard let span else { return false }
    if isBusy || activity != seen { dueAt = nil }
    seen = activity
    if isBusy { return false }
    let (later, overflow) = now.addingReportingOverflow(span)
    let due = dueAt ?? (overflow ? .max : later)
    dueAt = due
    return due <= now
  }
}
