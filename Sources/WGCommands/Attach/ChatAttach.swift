internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal
internal import TimeSpans

/// The command `wg chat attach`.
struct ChatAttach: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Talk to a chat.",
    discussion: """
      Counts as somebody who listens: the chat's handler is started and kept as long as the command \
      runs. On a terminal, Enter sends, Alt-Enter begins a line, Ctrl-C interrupts the turn and \
      Ctrl-D detaches; answers are shown as they are written. When the input is no terminal, each \
      line is a message, and its end detaches as soon as every line was answered. Needs the \
      dispatcher.
      """)

  @OptionGroup var target: ChatTarget

  @Option(
    name: [.customShort("n"), .customLong("lines")],
    help: ArgumentHelp(
      "The last so many messages first. Default 20 on a terminal, otherwise 0.",
      valueName: "count"))
  var count: Int?

  @Option(
    help: ArgumentHelp(
      "Without a terminal: how long everything may take. Default `infinity`.", valueName: "span"),
    transform: { try TimeSpan.parse($0, allowsInfinity: true) })
  var timeout: TimeSpan?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let count, count < 0 {
      throw ValidationError("the number of messages cannot be negative")
    }
  }

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let chat = try project.resolve(target.chat)
    let client = try project.neededDispatcher(for: "attaching to a chat", waking: true)
    _ = try client.demand(.attach(chat.id.number), within: .seconds(30))
    let directory = try project.messageDirectory(of: chat)
    let isOnTerminal = context.hasFullTerminal && !context.isJSON
    let sent =
      isOnTerminal
      ? try converse(with: chat, directory, in: project, client)
      : try talk(with: chat, directory, in: project, client)
    return Report([
      "chat_id": .integer(chat.id.number), "task_id": .text(chat.taskID),
      "messages_sent": .integer(sent),
    ])
  }

  private func converse(
    with chat: ChatSummary, _ directory: FilePath, in project: Project, _ client: DispatcherClient
  ) throws -> Int {
    let link = try ChatLink(client, to: chat.id, in: project.impatient)
    let conversation = try TerminalConversation(
      with: chat, directory, in: project.impatient, link, last: count ?? 20)
    return try conversation.run()
  }

  private func talk(
    with chat: ChatSummary, _ directory: FilePath, in project: Project, _ client: DispatcherClient
  ) throws -> Int {
    let deadline: Deadline =
      timeout.map { $0.isInfinite ? .never : .after(nanoseconds: $0.nanoseconds) } ?? .never
    let conversation = try PipedConversation(
      with: chat, directory, in: project, lease: client, until: deadline)
    let history = try ConversationHistory.read(
      directory, last: count ?? 0, before: conversation.start)
    for entry in history.entries { entry.print(in: project.context) }
    return try conversation.run()
  }
}

extension CommandContext {
  /// Whether a person sits at a terminal on which the cursor can be moved.
  var hasFullTerminal: Bool {
    console.canAsk() && console.isTerminal(.output)
      && !["", "dumb"].contains(environment["TERM"] ?? "")
  }
}
