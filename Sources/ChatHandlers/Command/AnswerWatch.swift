/// Finds out when a program's answer is complete.
///
/// A value: time and facts are arguments.
///
/// With a prompt, the prompt tells. Without one, a pause in the output does, unless the kernel says
/// that the program is busy: a pause of a program that works is no end.
struct AnswerWatch {
  /// Whether the program waits for input, as far as the kernel lets that be seen.
  enum Activity: Equatable, Sendable {
    /// Some thread of it is reading the terminal or pipe.
    case waiting
    /// No thread of it can be waiting for input.
    case busy
    case unknown
  }

  /// Why an answer is over.
  enum Verdict: Equatable, Sendable {
    case complete
    /// It did not end within the time it is given.
    case timedOut
    /// It was interrupted and goes on all the same.
    case stuck
    /// It prints without end.
    case flooded
  }

  /// The bytes after which a program is held to print without end.
  static let floodLimit = 64 << 20

  private let settings: CommandSettings
  private let configured: [Prompt]
  /// What the program showed when it first waited, where nothing was configured.
  private let learned: [Prompt]
  /// Whether more prompts than one may come: several lines were sent.
  private let hasManyLines: Bool
  /// Whether this is the time before the first message.
  private let isStart: Bool

  private(set) var text = AnswerText()
  private var interruptedAt: Int64?
  private let begun: Int64
  /// The last instant at which something happened: begun, sent, output, interrupted.
  private var lastSign: Int64
  private var isSent: Bool
  /// The next instant to ask again whether a silent program is busy.
  private var nextLook: Int64 = 0

  /// The wait for a program that was just started to be ready for input.
  init(startOf settings: CommandSettings, at now: Int64) {
    self.init(settings, learned: [], hasManyLines: false, isStart: true, at: now)
  }

  /// The wait for the answer to a message.
  init(
    answerOf settings: CommandSettings, learned: [Prompt], hasManyLines: Bool, at now: Int64
  ) {
    self.init(settings, learned: learned, hasManyLines: hasManyLines, isStart: false, at: now)
  }

  private init(
    _ settings: CommandSettings, learned: [Prompt], hasManyLines: Bool, isStart: Bool,
    at now: Int64
  ) {
    self.settings = settings
    self.configured = settings.prompts.compactMap { Prompt($0) }
    self.learned = learned
    self.hasManyLines = hasManyLines
    self.isStart = isStart
    self.isSent = isStart
    begun = now
    lastSign = now
  }
}

extension AnswerWatch {
  /// The message has been written to the last byte.
  mutating func sent(at now: Int64) {
    if isSent { return }
    isSent = true
    lastSign = max(lastSign, now)
  }

  /// The program printed something.
  mutating func received(_ bytes: [UInt8], at now: Int64) {
    text.append(bytes)
    lastSign = now
  }

  /// The program was told to stop what it does; what was not yet written to it never will be.
  mutating func interrupted(at now: Int64) {
    interruptedAt = interruptedAt ?? now
    isSent = true
    lastSign = now
  }

  var wasInterrupted: Bool { interruptedAt != nil }

  /// The answer as it stands.
  var content: String { text.content(without: prompts, onEachLine: hasManyLines) }

  /// What the program seems to show when it waits for input, seen at the end of its start.
  var promptShownAtStart: [Prompt] {
    configured.isEmpty ? [text.possiblePrompt].compactMap { $0 } : []
  }

  private var prompts: [Prompt] { configured.isEmpty ? learned : configured }

  /// Whether the verdict at `now` depends on what the program does, so that it has to be looked at.
  func isLookDue(at now: Int64) -> Bool {
    isSent && pauseCounts && now >= lookAt && text.sight(of: prompts) == .none
  }

  /// Whether the answer is over at `now`; `activity` is what a look that is due has shown.
  mutating func verdict(at now: Int64, activity: Activity?) -> Verdict? {
    if text.received > AnswerWatch.floodLimit { return .flooded }
    if now >= end { return .timedOut }
    if pauseEndsIt(at: now, activity: activity) { return .complete }
    return now >= interruptEnd ? .stuck : nil
  }

  private mutating func pauseEndsIt(at now: Int64, activity: Activity?) -> Bool {
    guard isSent else { return false }
    switch text.sight(of: prompts) {
    case .alone where !hasManyLines: return true
    case .alone, .afterText: return now >= pauseEnd
    case .none:
      guard isLookDue(at: now), let activity else { return false }
      return looked(at: now, activity)
    }
  }

  private mutating func looked(at now: Int64, _ activity: Activity) -> Bool {
    nextLook = Deadline.after(settings.quiet, from: now)
    switch activity {
    case .waiting: return true
    case .busy: return false
    case .unknown: return now >= Deadline.after(patience, from: lastSign)
    }
  }

  /// Where a prompt is configured, only an interrupt lets a pause end an answer.
  private var pauseCounts: Bool { configured.isEmpty || wasInterrupted }

  /// How long a pause must be when nobody knows what the program does.
  private var patience: Int64 {
    text.received > 0 || isStart || wasInterrupted ? settings.quiet : settings.silence
  }

  /// The next instant at which the verdict can change without an event.
  var deadline: Int64 {
    min(end, interruptEnd, isSent ? pauseDeadline : .max)
  }

  private var pauseDeadline: Int64 {
    switch text.sight(of: prompts) {
    case .alone, .afterText: pauseEnd
    case .none: pauseCounts ? lookAt : .max
    }
  }

  private var end: Int64 { Deadline.after(settings.answerTimeout, from: begun) }
  private var pauseEnd: Int64 { Deadline.after(settings.quiet, from: lastSign) }
  private var lookAt: Int64 { max(pauseEnd, nextLook) }
  /// When a program that was told to stop must have stopped.
  private var interruptEnd: Int64 {
    interruptedAt.map { Deadline.after(settings.silence, from: $0) } ?? .max
  }
}
