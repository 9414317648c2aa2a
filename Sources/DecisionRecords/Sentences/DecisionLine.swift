internal import LinuxSystem
internal import SupervisionCore

extension DecisionRow {
  /// The decision on one line, as `wg why --last` and `wg events` print it: when, who, what became of
  /// it, and the rule with its clause.
  public var line: String {
    let change = isChange ? "\(from.rawValue) → \(to.rawValue)" : to.rawValue
    return "\(Timestamp.logLine(time))  .chat-\(chat)  \(change): \(sentence)"
      + "  [\(clause.rule) \(clause.rawValue)]"
  }
}
