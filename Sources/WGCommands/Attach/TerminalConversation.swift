internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal
internal import TimeSpans

/// A person's conversation with one chat on a terminal.
///
/// Messages are read from the chat's files and written there, so that nothing that is said depends on
/// the connection to the dispatcher; that one only keeps the handler, and tells how the chat is.
final class TerminalConversation {
  private let project: Project
  private let chat: ChatSummary
  private let link: ChatLink
  private let messages: MessageFollower
  private let streaming: StreamingText
  private let device: TerminalDevice
  private var screen: ConversationScreen
  private var block: LiveBlock
  private var sentCount = 0
  private var isOver = false

  /// Messages of the person's own that can be had again with the up key.
  private static let recalled = 200
  /// How long another writer of the inbox is waited for.
  private static let patience = Patience.limited(5_000_000_000)

  /// - Parameter last: so many messages are shown first.
  init(
    with chat: ChatSummary, _ directory: FilePath, in project: Project, _ link: ChatLink,
    last count: Int
  ) throws {
    self.project = project
    self.chat = chat
    self.link = link
    streaming = StreamingText(directory: directory)
    messages = try MessageFollower(directory: directory, [.inbox, .outbox])
    let history = try ConversationHistory.read(
      directory, last: max(count, Self.recalled), before: messages.start)
    let environment = project.context.environment
    device = try TerminalDevice([])
    block = LiveBlock(depth: ColorDepth(environment: environment))
    screen = ConversationScreen(
      size: device.size, theme: Theme(environment: environment), person: project.context.user)
    begin(with: history, last: count)
    try read()
  }

  private func begin(with history: ConversationHistory, last count: Int) {
    for entry in history.entries.suffix(count) { screen.show(entry) }
    for problem in history.problems { screen.note(problem.description) }
    let own = history.entries.filter { $0.box == .inbox && $0.message.user == project.context.user }
    screen.editor.setHistory(own.map(\.message.content))
    look()
  }

  /// Until the person detaches, or the terminal is gone; gives how many messages were sent.
  func run() throws -> Int {
    defer { giveBack() }
    while !isOver {
      try draw()
      let sources = [messages.descriptor, link.descriptor].compactMap(\.self)
      let (events, ready) = try device.events(or: sources, until: link.retryAt)
      if ready[0] { try read() }
      if ready.count > 1, ready[1], link.hasNews() { look() }
      if link.retry() { look() }
      for event in events { try handle(event) }
    }
    return sentCount
  }

  /// What cannot be taken by the terminal now is drawn when it can: always the newest.
  private func draw() throws {
    guard !device.isBehind else { return }
    let (lines, cursor) = screen.block()
    try device.write(
      block.frame(
        printing: screen.takePrinted(), block: lines, cursor: cursor, on: screen.size))
  }

  private func giveBack() {
    try? device.write(block.end(on: screen.size))
    device.leave()
  }

  private func handle(_ event: TerminalEvent) throws {
    switch event {
    case .input(.key(.character("z"), .control)):
      try device.write(block.end(on: screen.size))
      try device.suspend()
      goOn()
    case .input(.key(.character("l"), .control)): try clear()
    case .input(let input): try handle(input)
    case .resized(let size): screen.size = size
    case .resumed: goOn()
    case .closed: isOver = true
    case .ended(let signal):
      giveBack()
      device.end(by: signal)
      isOver = true
    }
  }

  /// What is on the screen is not known any more, nor how large it is.
  private func goOn() {
    block = LiveBlock(depth: block.depth)
    screen.size = device.size
  }

  private func clear() throws {
    block = LiveBlock(depth: block.depth)
    try device.write(LiveBlock.clearing)
  }

  private func handle(_ input: InputEvent) throws {
    switch screen.editor.handle(input) {
    case .ignored, .edited: break
    case .submitted(let text): send(text)
    case .interrupted: interrupt()
    case .ended: isOver = true
    }
  }
}

extension TerminalConversation {
  private func read() throws {
    for (box, message) in try messages.next(until: .now) ?? [] {
      screen.show(ConversationHistory.Entry(box: box, message: message))
    }
    screen.show(streaming: try? streaming.read())
  }

  /// How the chat is now.
  private func look() {
    do {
      let summary = try project.resolve("\(chat.id.number)")
      // A dispatcher that is going would be waited for: without a connection the files tell.
      let status =
        try link.isConnected
        ? project.status(of: summary, within: ChatLink.patience)
        : ChatObserver(layout: project.layout).status(of: summary)
      let situation = ChatSituation(status: status, isConnected: link.isConnected)
      screen.situation = situation.sentence(now: Clock.wall)
      screen.hasPending = status.pending > 0
    } catch {
      screen.situation = ControlError(causedBy: error).message
    }
  }

  /// The chat is looked up again: it may have been archived meanwhile.
  private func send(_ text: String) {
    guard text.contains(where: { !$0.isWhitespace }) else { return }
    do {
      let message = OutgoingMessage(content: text, user: project.context.user)
      let sent = try project.send(
        message, to: project.resolve("\(chat.id.number)"), patience: Self.patience)
      sentCount += 1
      if let obstacle = sent.obstacle { tell(obstacle) }
    } catch {
      tell(ControlError(causedBy: error))
      // What was typed is not lost.
      if screen.editor.isEmpty { screen.editor.replaceAll(with: text) }
    }
  }

  private func interrupt() {
    // Without a dispatcher there is nobody to ask, and what was typed must still go.
    guard screen.isBusy, link.isConnected || screen.editor.isEmpty else { return dropTyped() }
    do {
      // A second connection: events come over the other one.
      let client = try project.neededDispatcher(for: "interrupting a turn", waking: false)
      let answer = try client.demand(.interruptChat(chat.id.number), within: .seconds(5))
      if answer["changed"] == false { dropTyped() }
    } catch {
      tell(ControlError(causedBy: error))
    }
  }

  /// What Control-C does where no turn is.
  private func dropTyped() {
    if screen.editor.isEmpty { return screen.note("nothing to interrupt; Ctrl-D detaches") }
    screen.editor.replaceAll(with: "")
  }

  private func tell(_ error: ControlError) {
    screen.note([error.message, error.hint].compactMap(\.self).joined(separator: "; "))
  }
}
