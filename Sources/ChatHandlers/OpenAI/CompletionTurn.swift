/// The way of one message through an endpoint: a value, to which time, chance and what was received
/// are given.
///
/// Requests are sent again only as long as nothing of the answer has come.
struct CompletionTurn {
  enum Phase: Equatable {
    /// A request is under way.
    case asking
    /// It failed, and is sent again at this instant.
    case pausing(until: Int64)
    case over(Outcome)
  }

  enum Outcome: Equatable {
    case answered(Answer)
    case failed(TurnFailure)
  }

  enum Event {
    /// Bytes of the body of an answer with this status.
    case received([UInt8], status: Int)
    case ended(HTTPClient.End)
    case timePassed
    case interrupted
  }

  enum Effect: Equatable {
    case send, cancel
  }

  private let settings: OpenAISettings
  private let judge: EndpointJudge
  private let begun: Int64
  private(set) var phase = Phase.asking
  private(set) var text: CompletionText
  /// The body of an answer that is no completion.
  private var complaint: [UInt8] = []
  private var retries: RetryPolicy
  private var lastSign: Int64

  private static let complaintLimit = 64 << 10

  /// The first request is under way from now on.
  init(_ settings: OpenAISettings, _ judge: EndpointJudge, at now: Int64) {
    self.settings = settings
    self.judge = judge
    begun = now
    lastSign = now
    text = CompletionText(limit: settings.answerLimit)
    retries = RetryPolicy(retries: settings.retries)
  }

  /// When `timePassed` has something to do; nil when the turn is over.
  var deadline: Int64? {
    switch phase {
    case .asking: min(Deadline.after(settings.stallTimeout, from: lastSign), end)
    case .pausing(let until): until
    case .over: nil
    }
  }

  private var end: Int64 { Deadline.after(settings.answerTimeout, from: begun) }

  /// `chance` is from 0 to 1, and spreads the pauses.
  mutating func handle(_ event: Event, at now: Int64, chance: Double) -> Effect? {
    switch (phase, event) {
    case (.asking, .received(let bytes, let status)):
      received(bytes, status, at: now)
    case (.asking, .ended(let end)):
      ended(end, at: now, chance)
    case (.asking, .timePassed):
      return waited(at: now, chance)
    case (.pausing(let until), .timePassed):
      return until <= now ? again(at: now) : nil
    case (.asking, .interrupted):
      interrupted()
      return .cancel
    case (.pausing, .interrupted):
      interrupted()
    case (.pausing, .received), (.pausing, .ended):
      break  // Of a request that was given up.
    case (.over, .received), (.over, .ended), (.over, .timePassed), (.over, .interrupted):
      break  // What follows the end of an answer is no part of it.
    }
    return nil
  }
}

// While a request is under way.
extension CompletionTurn {
  private mutating func received(_ bytes: [UInt8], _ status: Int, at now: Int64) {
    lastSign = now
    guard (200..<300).contains(status) else {
      complaint += bytes.prefix(CompletionTurn.complaintLimit - complaint.count)
      return
    }
    text.take(bytes)
    if text.trouble == nil, text.isOver { phase = .over(.answered(answer)) }
  }

  private mutating func ended(_ end: HTTPClient.End, at now: Int64, _ chance: Double) {
    text.end()
    if text.isComplete {
      // Also when the connection broke after that.
      phase = .over(.answered(answer))
    } else {
      failed(judge.verdict(on: end, complaint, text), asked: end.retryAfter, at: now, chance)
    }
  }

  private mutating func waited(at now: Int64, _ chance: Double) -> Effect? {
    guard let due = deadline, due <= now else { return nil }
    if text.isComplete {
      // The model was done, and nobody ended the stream.
      phase = .over(.answered(answer))
      return .cancel
    }
    if now >= end {
      phase = .over(.failed(judge.tooLate(settings.answerTimeout, text)))
      return .cancel
    }
    failed(judge.stalled(settings.stallTimeout, text), asked: nil, at: now, chance)
    return .cancel
  }

  private mutating func failed(
    _ verdict: EndpointJudge.Verdict, asked: Int64?, at now: Int64, _ chance: Double
  ) {
    if verdict.mayPass,
      let pause = retries.pause(asked: asked, remaining: end - now, chance: chance)
    {
      phase = .pausing(until: Deadline.after(pause, from: now))
    } else {
      phase = .over(.failed(verdict.failure))
    }
  }

  private mutating func again(at now: Int64) -> Effect {
    phase = .asking
    lastSign = now
    complaint = []
    text = CompletionText(limit: settings.answerLimit)
    return .send
  }
}

// Answers.
extension CompletionTurn {
  private mutating func interrupted() {
    let content = text.text.isEmpty ? "(interrupted)" : text.text + "\n(interrupted)"
    phase = .over(.answered(Answer(content: content, isInterrupted: true)))
  }

  private var answer: Answer {
    let note = text.wasCut ? "(cut: the answer is longer than it may be)" : noteOnReason
    let parts = [text.text, note].filter { !$0.isEmpty }
    return Answer(content: parts.joined(separator: "\n"))
  }

  private var noteOnReason: String {
    switch text.finishReason {
    case "length": "(cut: the model may say no more)"
    case "content_filter": "(cut: the endpoint withholds what follows)"
    default: ""
    }
  }
}
