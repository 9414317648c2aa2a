internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

/// A conversation by plain lines: of a pipe, or of a terminal that can do no more.
///
/// Lasts as long as the connection to the dispatcher.
final class PipedConversation {
  private let project: Project
  private let chat: ChatSummary
  private let context: CommandContext
  /// The connection is the lease: it is only held.
  private let lease: DispatcherClient
  /// Until when everything has to be answered.
  private let deadline: Deadline
  private let answers: MessageFollower
  private let input: Descriptor
  private let signals: SignalDescriptor
  private var unfinishedLine: [UInt8] = []
  private var inputHasEnded = false
  private var unanswered: Set<String> = []
  private var sentCount = 0

  init(
    with chat: ChatSummary, _ directory: FilePath, in project: Project, lease: DispatcherClient,
    until deadline: Deadline
  ) throws {
    self.chat = chat
    self.project = project
    self.lease = lease
    self.deadline = deadline
    context = project.context
    answers = try MessageFollower(directory: directory, [.outbox])
    input = try StandardStreams.input()
    signals = try SignalDescriptor([.interrupt])
  }

  /// Where what it prints begins in the files.
  var start: [MessageLog.Box: Int64] { answers.start }

  /// Until the input has ended and is answered; gives how many messages were sent.
  /// - Throws: `tryAgain` when the time is over before.
  func run() throws -> Int {
    while !(inputHasEnded && (unanswered.isEmpty || context.console.canAsk())) {
      let sources = [answers.descriptor, signals.descriptor, lease.descriptor]
      let ready = try Waiting.readable(
        inputHasEnded ? sources : sources + [input], until: deadline)
      try printAnswers()
      if ready[1] { try interrupt() }
      if ready[2] { throw lostDispatcher }
      if ready.count > 3 && ready[3] { try readLines() }
      if deadline.hasPassed, !unanswered.isEmpty || !inputHasEnded { throw timeIsOver }
    }
    return sentCount
  }

  private func printAnswers() throws {
    for (_, message) in try answers.next(until: .now) ?? [] {
      unanswered.remove(message.requestID)
      if context.isJSON {
        context.console.say(JSONValue.object(message.row).description)
      } else if message.role == .systemError {
        context.console.note(message.content)
      } else {
        context.console.say(context.content(message.content))
      }
    }
  }

  private func readLines() throws {
    switch try input.readAvailable() {
    case .bytes(let bytes): try take(bytes)
    case .wouldBlock: return
    case .endOfStream:
      inputHasEnded = true
      try send(unfinishedLine)
    }
  }

  private func take(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      try send(unfinishedLine + rest[..<newline])
      unfinishedLine = []
      rest = rest[(newline + 1)...]
    }
    unfinishedLine += rest
    if unfinishedLine.count > MessageText.limit { throw MessageText.tooLong(.badData) }
  }

  private func send(_ line: [UInt8]) throws {
    let text = String(decoding: line, as: UTF8.self)
    guard text.contains(where: { !$0.isWhitespace }) else { return }
    let sent = try project.send(OutgoingMessage(content: text, user: context.user), to: chat)
    unanswered.insert(sent.requestID)
    sentCount += 1
    if let obstacle = sent.obstacle { context.console.note(obstacle.message) }
  }

  /// A second connection, since this one only holds the lease.
  private func interrupt() throws {
    while try signals.read() != nil {}
    let client = try project.neededDispatcher(for: "interrupting a turn", waking: false)
    let request = ControlRequest.interruptChat(chat.id.number)
    let answer = try client.demand(request, within: .seconds(30))
    if answer["changed"] == false { context.console.note("no turn to interrupt; Ctrl-D detaches") }
  }

  private var timeIsOver: ControlError {
    ControlError(
      .tryAgain,
      "\(Count.of(unanswered.count, "message")) not answered in time; what was sent stays queued",
      hint: "`wg chat history \(chat.id.number) --follow` shows answers when they come")
  }

  private var lostDispatcher: ControlError {
    ControlError(
      .notRunning, "the dispatcher ended the connection",
      hint: "`wg service status` tells whether it runs; messages that were sent stay queued")
  }
}
