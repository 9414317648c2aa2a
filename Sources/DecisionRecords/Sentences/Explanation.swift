internal import LinuxSystem
internal import SupervisionCore

/// The answer to "why is it running?" and "why is it not?".
public struct Explanation: Equatable, Sendable {
  /// The state in one sentence.
  public let headline: String
  /// When the state began, nanoseconds since 1970; nil when no record of it is kept.
  public let since: Int64?
  /// The decision that led here, in words.
  public let because: String?
  public let event: String?
  public let clause: String?
  public let rule: Int?
  public let ruleText: String?
  /// The inputs of the decision, and what is so now.
  public let seen: [String]
  /// The last lines of the last run that failed.
  public let output: String?
  public let next: String
  public let changes: [Change]

  /// A command, and what it would change.
  public struct Change: Equatable, Sendable {
    public let command: String
    public let effect: String
  }

  public init(_ situation: Situation) {
    let reason = situation.reason
    headline = situation.headline
    since = situation.entry?.time
    because = situation.because
    event = situation.eventSentence
    clause = reason?.clause.rawValue
    rule = reason?.clause.rule
    ruleText = reason?.clause.ruleSentence
    seen = situation.seen
    output = situation.rows.last(where: { $0.output != nil })?.output
    next = situation.next
    changes = situation.changes
  }
}

extension Situation {
  /// The text of the answer, line by line, for people.
  public func lines() -> [String] {
    let answer = Explanation(self)
    var lines = [answer.headline, line("State", stateText(answer.since))]
    if let because = answer.because { lines.append(line("Because", because)) }
    if let event = answer.event { lines.append(line("Event", event)) }
    if let clause = answer.clause, let rule = answer.rule, let text = answer.ruleText {
      lines.append(line("Rule", "\(rule) (\(clause)): \(text)"))
    }
    for (index, seen) in answer.seen.enumerated() {
      lines.append(line(index == 0 ? "Seen" : "", seen))
    }
    if let output = answer.output { lines.append(line("Output", output)) }
    lines.append(line("Next", answer.next))
    for (index, change) in answer.changes.enumerated() {
      lines.append(line(index == 0 ? "Change" : "", "\(change.command)  \(change.effect)"))
    }
    return lines
  }

  private func line(_ label: String, _ text: String) -> String {
    "  " + label + String(repeating: " ", count: max(1, 9 - label.count)) + text
  }

  private func stateText(_ since: Int64?) -> String {
    let name = "\(state.rawValue) (\(state.coarse))"
    guard let since else { return "\(name), since before the records that are kept" }
    return "\(name) since \(moment(since)), \(Words.span(now - since)) ago"
  }

  /// `2026-11-22 20:41:07 UTC`.
  func moment(_ time: Int64) -> String {
    Timestamp.rfc3339(time).prefix(19).map { $0 == "T" ? " " : String($0) }.joined() + " UTC"
  }

  /// The decision in words, and what it led to where the state began later.
  var because: String? {
    guard let reason else { return nil }
    guard let entry, entry.sequence > reason.sequence, entry.clause != .backingOff else {
      return reason.sentence
    }
    return "\(reason.sentence); then: \(entry.sentence)"
  }

  var eventSentence: String? {
    guard let reason else { return nil }
    if let event { return event.sentence }
    // The rows of an event after its first one do not say it again.
    return reason.step == 0 ? "the dispatcher began to supervise the chat" : nil
  }

  var seen: [String] {
    var seen = ["\(Words.count(consumers, "consumer")), \(Words.count(pending, "message")) waiting"]
    if let reason, reason.consumers != consumers || reason.pending != pending {
      let then =
        "\(Words.count(reason.consumers, "consumer")), "
        + "\(Words.count(reason.pending, "message")) waiting when it was decided"
      seen.append(then)
    }
    if let end = lastEnd, let exit = end.exit {
      let run = end.incarnation.map { "run \($0)" } ?? "the last run"
      seen.append("\(run) \(exit.deed), \(Words.span(now - end.time)) ago")
    }
    if let ending { seen.append(ending) }
    return seen + crashText
  }

  private var crashText: [String] {
    guard !crashes.isEmpty else { return [] }
    let settings = settings
    let recent = crashes.count { now - $0 <= settings.crashWindow.nanoseconds }
    var text =
      "\(Words.count(recent, "failed run")) in the last \(Words.span(settings.crashWindow))"
      + ", \(settings.crashLimit) park the chat"
    if let delay = rows.last?.delay, delay > 0 { text += "; back-off \(Words.span(delay))" }
    return [text]
  }
}
