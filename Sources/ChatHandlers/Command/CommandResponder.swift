internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Answers with what a program prints.
///
/// The program lives from one message to the next.
///
/// Starts the program, waits until it is ready for input, writes each message to it as lines, and
/// takes what it prints until `AnswerWatch` says that the answer is over. A program that does not
/// answer in time, floods or does not heed an interrupt is replaced by a new one; one that ends by
/// itself ends the handler, so that the dispatcher's back-off applies.
final class CommandResponder: Responder {
  /// What to do when an answer has been delivered.
  enum Sequel {
    case goOn
    case replaceProgram
    case end(HandlerExit)
  }

  enum Phase {
    case notStarted
    case starting
    case ready
    case answering
    case answered(Answer, then: Sequel)
    /// The program is being ended, to end the handler; or, with nil, to start a new one.
    case ending(HandlerExit?)
    case ended(HandlerExit)
  }

  let settings: CommandSettings
  private let environment: [String]
  let loop: EventLoop
  var phase = Phase.notStarted
  var program: ProgramProcess?
  /// While starting or answering.
  ///
  /// Beside the phase, so that output is appended in place.
  var watch: AnswerWatch?
  /// While ending.
  var termination: ProgramTermination?
  private var learned: [Prompt] = []
  private var late = LateOutput()

  /// `environment` is the handler's own, `NAME=value`.
  init(_ settings: CommandSettings, environment: [String], loop: EventLoop) {
    self.settings = settings
    self.environment = ProgramEnvironment.derived(
      from: environment, terminal: settings.usesTerminal)
    self.loop = loop
  }

  var state: ResponderState {
    switch phase {
    case .notStarted, .starting, .ending(nil): .starting
    case .ready: .ready
    case .answering: .answering
    case .answered(let answer, _): .answered(answer)
    case .ending(.some): .stopping
    case .ended(let exit): .ended(exit)
    }
  }

  var deadline: Int64? {
    switch phase {
    case .notStarted, .answered, .ended: nil
    case .ready: program?.endDeadline
    case .starting, .answering:
      [watch?.deadline, program?.endDeadline].compactMap { $0 }.min()
    case .ending: termination?.deadline
    }
  }

  var draftVersion: Int { watch?.text.received ?? 0 }
  var draft: String { watch?.content ?? "" }

  func start(at now: Int64) throws(HandlerExit) {
    // Otherwise what the program leaves behind could not be ended with it.
    try? ChildSubreaper.enable()
    try launch(at: now)
  }

  func launch(at now: Int64) throws(HandlerExit) {
    let program = try ProgramProcess(settings, environment: environment, loop: loop)
    program.onOutput = { [unowned self] in received($0) }
    program.resumeOutput()
    self.program = program
    watch = AnswerWatch(startOf: settings, at: now)
    late = LateOutput()
    phase = .starting
  }

  func answer(_ question: Question, at now: Int64) {
    readLateOutput()
    let input = ProgramInput(question.content, terminal: settings.usesTerminal)
    watch = AnswerWatch(
      answerOf: settings, learned: learned, hasManyLines: input.lineCount > 1, at: now)
    phase = .answering
    program?.resumeOutput()
    program?.send(input.bytes)
  }

  func acknowledge(at now: Int64) throws(HandlerExit) {
    guard case .answered(_, let sequel) = phase else { return }
    switch sequel {
    case .goOn: phase = .ready
    case .replaceProgram: end(nil, at: now)
    case .end(let exit): end(exit, at: now)
    }
  }

  func interrupt(at now: Int64) {
    guard case .answering = phase else { return }
    program?.dropInput()
    program?.interrupt()
    watch?.interrupted(at: now)
  }

  func stop(at now: Int64) {
    switch phase {
    case .notStarted: phase = .ended(.success)
    case .starting, .ready, .answering: end(.success, at: now)
    case .answered(let answer, _): phase = .answered(answer, then: .end(.success))
    case .ending: phase = .ending(.success)
    case .ended: break
    }
  }

  func advance(at now: Int64) throws(HandlerExit) {
    let hasChildren = reapChildren(at: now)
    switch phase {
    case .notStarted, .answered, .ended: break
    case .starting: advanceStart(at: now)
    case .ready: advanceReady(at: now)
    case .answering: advanceAnswer(at: now)
    case .ending(let exit): try advanceEnding(exit, hasChildren: hasChildren, at: now)
    }
  }
}

// Output.
extension CommandResponder {
  private func received(_ bytes: [UInt8]) {
    switch phase {
    case .starting, .answering: watch?.received(bytes, at: Clock.monotonic)
    case .ready, .answered: receivedLate(bytes)
    case .notStarted, .ending, .ended: break
    }
  }

  private func receivedLate(_ bytes: [UInt8]) {
    late.take(bytes)
    if late.isFull { program?.pauseOutput() }
  }

  /// What is there before a message is sent is no answer to it.
  private func readLateOutput() {
    while !late.isFull, program?.readOutput() == true {}
    late = LateOutput()
  }
}

// Looking at what happened.
extension CommandResponder {
  private func advanceStart(at now: Int64) {
    if let status = program?.end(at: now) {
      end(failure("ended before it was ready (\(status))"), at: now)
      return
    }
    switch verdict(at: now) {
    case .complete:
      learned = watch?.promptShownAtStart ?? []
      watch = nil
      phase = .ready
    case .timedOut: end(failure("was not ready in \(timeoutText)"), at: now)
    case .flooded: end(failure("printed without end before the first message"), at: now)
    case .stuck, nil: break
    }
  }

  private func advanceReady(at now: Int64) {
    guard let status = program?.end(at: now) else { return }
    end(status.isSuccess ? .success : failure("ended (\(status))"), at: now)
  }

  private func advanceAnswer(at now: Int64) {
    if program?.hasItsInput == true { watch?.sent(at: now) }
    if let verdict = verdict(at: now) {
      conclude(verdict)
    } else if let status = program?.end(at: now) {
      conclude(end: status, at: now)
    }
  }

  private func verdict(at now: Int64) -> AnswerWatch.Verdict? {
    var activity: AnswerWatch.Activity?
    if watch?.isLookDue(at: now) == true {
      activity = program?.activity
      _ = program?.readOutput()
    }
    return watch?.verdict(at: now, activity: activity)
  }

  private func conclude(_ verdict: AnswerWatch.Verdict) {
    switch verdict {
    case .complete:
      answered(watch?.wasInterrupted == true ? "(interrupted)" : nil, then: .goOn)
    case .stuck:
      answered("(interrupted; the program went on and was restarted)", then: .replaceProgram)
    case .flooded:
      answered("(the program printed without end and was restarted)", then: .replaceProgram)
    case .timedOut:
      let partial = watch?.content ?? ""
      let text = "no answer in \(timeoutText); the program was restarted"
      let answer = partial.isEmpty ? text : text + ". It had printed:\n" + partial
      finish(Answer(kind: .systemError, content: answer), then: .replaceProgram)
    }
  }

  private func conclude(end status: ExitStatus, at now: Int64) {
    if watch?.wasInterrupted == true {
      answered("(interrupted; the program ended and was restarted)", then: .replaceProgram)
    } else if status.isSuccess {
      // It said goodbye: without an answer the message would be asked again and again.
      answered(watch?.content.isEmpty == false ? nil : "(the program ended)", then: .end(.success))
    } else {
      end(failure("ended before it answered (\(status))"), at: now)
    }
  }

  private func answered(_ note: String?, then sequel: Sequel) {
    let parts = [watch?.content ?? "", note ?? ""].filter { !$0.isEmpty }
    var answer = Answer(content: parts.joined(separator: "\n"))
    answer.isInterrupted = watch?.wasInterrupted == true
    finish(answer, then: sequel)
  }

  private func finish(_ answer: Answer, then sequel: Sequel) {
    watch = nil
    phase = .answered(answer, then: sequel)
  }

  private var timeoutText: String { "\(settings.answerTimeout / 1_000_000_000) s" }

  private func failure(_ what: String) -> HandlerExit {
    let name = settings.arguments.first ?? ""
    let output = watch?.text.lastLines ?? ""
    let tail = output.isEmpty ? "" : "\nIts last output:\n" + output
    return HandlerExit(.program, "the program \(name) \(what)\(tail)")
  }
}
