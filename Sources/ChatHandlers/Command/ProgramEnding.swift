/// The steps by which a program is ended, as a value: what is due when.
struct ProgramEnding: Equatable {
  enum Step: Equatable {
    /// SIGTERM to its group.
    case terminate
    /// SIGHUP to its group: interactive shells heed only this.
    case hangUp
    /// SIGKILL to everything it left behind.
    case kill
    /// It cannot die (uninterruptible sleep); go on without it.
    case giveUp
  }

  private var rest: [(step: Step, at: Int64)]

  /// Begins now.
  ///
  /// A program on a terminal is also told that the terminal goes away.
  init(usesTerminal: Bool, at now: Int64) {
    let millisecond: Int64 = 1_000_000
    rest = [(.terminate, now)]
    if usesTerminal { rest.append((.hangUp, now + 500 * millisecond)) }
    rest += [(.kill, now + 2000 * millisecond), (.giveUp, now + 3000 * millisecond)]
  }

  /// The step to take now; nil until the next one is due.
  mutating func dueStep(at now: Int64) -> Step? {
    guard let next = rest.first, next.at <= now else { return nil }
    return rest.removeFirst().step
  }

  /// When the next step is due.
  var deadline: Int64? { rest.first?.at }

  static func == (left: ProgramEnding, right: ProgramEnding) -> Bool {
    left.rest.elementsEqual(right.rest, by: ==)
  }
}
