internal import Glibc
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

/// Lets an agent's program answer: tells an `AgentConversation` what happens, and does what it says.
///
/// The program is a child of its own session. One that does not answer in time, or does not heed an
/// interrupt, is ended with all that it left behind, and the conversation goes on with a new one.
final class AgentResponder: Responder {
  /// What a program that is being ended makes room for.
  enum Sequel: Equatable {
    case launch([String])
    case exit(HandlerExit)
  }

  struct Turn {
    var transcript = TurnTranscript()
    /// When the answer is overdue.
    let deadline: Int64
    /// When an answer that was interrupted is taken as it is.
    var giveUp: Int64?
  }

  enum Outcome {
    case answered(Answer)
    case failed(TurnFailure)
  }

  private var conversation: any AgentConversation
  let settings: AgentSettings
  private let memory: SessionMemory
  private let recollect: () -> String
  private let environment: [String]
  private let loop: EventLoop

  private var now: Int64 = 0
  var program: AgentProgram?
  /// While the program is being ended, or is given time to end.
  var termination: ProgramTermination?
  var sequel: Sequel?
  private var startDeadline: Int64?
  private var isReady = false
  /// What whoever asks is told, since there is no program to ask.
  private var standing: TurnFailure?
  private var turn: Turn?
  private var outcome: Outcome?
  private var exit: HandlerExit?

  /// `recollect` tells what was said in the chat so far.
  init(
    _ conversation: any AgentConversation, _ settings: AgentSettings, memory: SessionMemory,
    environment: [String], loop: EventLoop, recollect: @escaping () -> String
  ) {
    self.conversation = conversation
    self.settings = settings
    self.memory = memory
    self.environment = ProgramEnvironment.derived(from: environment, terminal: false)
    self.loop = loop
    self.recollect = recollect
  }

  var state: ResponderState {
    switch outcome {
    case .answered(let answer): return .answered(answer)
    case .failed(let failure): return .failed(failure)
    case nil: break
    }
    if let exit { return .ended(exit) }
    if case .exit = sequel { return .stopping }
    if turn != nil { return .answering }
    return isReady ? .ready : .starting
  }

  var deadline: Int64? {
    // Of a program that is not listened to, only its end counts.
    let endDeadline = isGoing ? nil : program?.endDeadline
    return [startDeadline, turn?.deadline, turn?.giveUp, termination?.deadline, endDeadline]
      .compactMap { $0 }.min()
  }

  var draftVersion: Int { turn?.transcript.version ?? 0 }
  var draft: String { turn?.transcript.text ?? "" }

  func start(at now: Int64) throws(HandlerExit) {
    self.now = now
    // Otherwise what the program leaves behind could not be ended with it.
    try? ChildSubreaper.enable()
    handle(.begun)
  }

  func answer(_ question: Question, at now: Int64) {
    self.now = now
    if let standing {
      outcome = .failed(standing)
      return
    }
    turn = Turn(deadline: Deadline.after(settings.answerTimeout, from: now))
    let recollection = conversation.wantsRecollection ? recollect() : ""
    handle(
      .asked(
        AgentQuestion(
          text: question.content, isRedelivered: question.isRedelivered,
          recollection: recollection)))
  }

  func acknowledge(at now: Int64) throws(HandlerExit) { outcome = nil }

  func interrupt(at now: Int64) {
    self.now = now
    guard turn != nil, turn?.giveUp == nil else { return }
    turn?.giveUp = now + AgentResponder.interruptGrace
    handle(.interrupted)
  }

  /// Nanoseconds that a program has to end its turn after an interrupt.
  private static let interruptGrace: Int64 = 5_000_000_000

  func stop(at now: Int64) {
    self.now = now
    turn = nil
    // The server has seen it: it ends the handler because of it.
    if case .failed = outcome { outcome = nil }
    quit(.success)
  }

  func advance(at now: Int64) throws(HandlerExit) {
    self.now = now
    let hasChildren = reapChildren()
    receive()
    attendEnd(hasChildren: hasChildren)
    attendDeadlines()
  }
}

// What happens.
extension AgentResponder {
  private func handle(_ event: AgentEvent) {
    for effect in conversation.handle(event) { perform(effect) }
  }

  private func receive() {
    guard let program else { return }
    // Taken in any case: what is not listened to is not kept either.
    for object in program.takeReceived() where self.program === program && !isGoing {
      if isReady { startDeadline = nil }
      handle(.received(object))
    }
    if program.isUnintelligible, self.program === program, !isGoing, termination == nil {
      giveUpOnGarbage()
    }
  }

  /// The program is not listened to any more.
  private var isGoing: Bool { sequel != nil }

  private func attendEnd(hasChildren: Bool) {
    if isGoing {
      if advanceTermination(hasChildren: hasChildren) { follow() }
    } else if let end = program?.end(at: now) {
      program = nil
      startDeadline = nil
      // What it left behind is ended before another one is launched.
      termination = hasChildren ? ProgramTermination(at: now) : nil
      handle(.ended(end))
    } else if termination != nil {
      let isOver = advanceTermination(hasChildren: hasChildren)
      if isOver, program == nil { termination = nil }
    }
  }

  private func follow() {
    let next = sequel
    (program, termination, sequel) = (nil, nil, nil)
    switch next {
    case .launch(let arguments): start(arguments)
    case .exit(let exit): self.exit = exit
    case nil: break
    }
  }

  private func attendDeadlines() {
    if let due = startDeadline, due <= now { giveUpOnStart() }
    if let due = turn?.giveUp, due <= now {
      finishInterrupted("(interrupted; \(conversation.name) went on and was restarted)")
      abandon()
    }
    if let due = turn?.deadline, due <= now {
      let limit = TimeSpan(nanoseconds: settings.answerTimeout)
      fail(
        TurnFailure(
          scope: .message, status: .program,
          cause: "no answer in \(limit); \(conversation.name) was restarted"))
      abandon()
    }
  }

  private func giveUpOnStart() {
    startDeadline = nil
    let words = program.map { $0.lastWords.isEmpty ? "" : ": \($0.lastWords)" } ?? ""
    let limit = TimeSpan(nanoseconds: settings.startTimeout)
    let cause = "\(conversation.name) was not ready in \(limit)\(words)"
    if turn == nil {
      quit(HandlerExit(.program, cause))
    } else {
      fail(TurnFailure(scope: .moment, status: .program, cause: cause))
      abandon()
    }
  }

  private func giveUpOnGarbage() {
    let cause =
      "\(conversation.name) wrote a line of more than \(LineAssembler.limit >> 20) MiB"
    if turn == nil {
      quit(HandlerExit(.dialect, cause))
    } else {
      fail(TurnFailure(scope: .message, status: .dialect, cause: cause))
      abandon()
    }
  }

  /// The program is replaced, or ended where each question has its own.
  private func abandon() {
    startDeadline = nil
    // Of a turn that is over now.
    if case .launch = sequel { sequel = nil }
    handle(.abandoned)
    if program != nil, sequel == nil { termination = ProgramTermination(at: now) }
  }
}

// What is to be done.
extension AgentResponder {
  private func perform(_ effect: AgentEffect) {
    switch effect {
    case .launch(let arguments): launch(arguments)
    case .send(let object): program?.send(object)
    case .sendAll(let text): program?.sendAll(text)
    case .signalInterrupt: program?.signal(.interrupt)
    case .ready:
      startDeadline = nil
      isReady = true
    case .remember(let id): _ = memory.remember(id)
    case .forget: memory.forget()
    case .add(let part): turn?.transcript.add(part)
    case .programEnds: termination = ProgramTermination(at: now + AgentResponder.endGrace)
    case .finish: finish(Answer(content: said))
    case .finishInterrupted: finishInterrupted("(interrupted)")
    case .fail(let failure): fail(failure)
    case .quit(let exit): quit(exit)
    }
  }

  /// Nanoseconds that a program has to end by itself.
  private static let endGrace: Int64 = 5_000_000_000

  private func launch(_ arguments: [String]) {
    if turn == nil { isReady = false }
    if program == nil, termination == nil {
      start(arguments)
    } else {
      sequel = .launch(arguments)
      if termination == nil { termination = ProgramTermination(at: now) }
    }
  }

  private func start(_ arguments: [String]) {
    do throws(HandlerExit) {
      program = try AgentProgram(
        settings.program + arguments, environment: environment, loop: loop)
      startDeadline = Deadline.after(settings.startTimeout, from: now)
      handle(.launched)
    } catch {
      missing(error)
    }
  }

  /// There is no such program: whoever asks is told, now or when they ask.
  private func missing(_ exit: HandlerExit) {
    let failure = TurnFailure(
      scope: .chat, status: exit.status, cause: exit.reason ?? "\(conversation.name) is missing")
    if turn == nil { standing = failure } else { fail(failure) }
    isReady = true
  }

  /// Without the space that agents leave at the end.
  private var said: String {
    let text = turn?.transcript.text ?? ""
    return String(decoding: text.utf8.reversed().drop { $0 <= 0x20 }.reversed(), as: UTF8.self)
  }

  private func finish(_ answer: Answer) {
    guard let turn else { return }
    var answer = answer
    answer.transcript = turn.transcript.complete
    outcome = .answered(answer)
    self.turn = nil
  }

  private func finishInterrupted(_ note: String) {
    let said = said
    finish(Answer(content: said.isEmpty ? note : "\(said)\n\(note)", isInterrupted: true))
  }

  private func fail(_ failure: TurnFailure) {
    guard turn != nil else { return }
    var failure = failure
    failure.partial = said
    outcome = .failed(failure)
    self.turn = nil
  }

  private func quit(_ exit: HandlerExit) {
    sequel = .exit(exit)
    startDeadline = nil
    termination = ProgramTermination(at: now)
  }
}

// Children.
extension AgentResponder {
  /// Takes the next steps of an end; true when it is over.
  private func advanceTermination(hasChildren: Bool) -> Bool {
    termination?.advance(hasChildren: hasChildren, at: now) { program?.signal($0) } ?? true
  }

  /// Reaps the program and the orphans it left; false when there are no children any more.
  private func reapChildren() -> Bool {
    ChildReaper.reapAll { pid in pid == program?.pid && program?.reap(at: now) == true }
  }
}
