internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem

/// The command `wg chat history`.
struct ChatHistory: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Print a chat's messages.",
    discussion: """
      Archived chats keep theirs. With --follow and --json, each message is one JSON document on \
      a line of its own.
      """)

  @OptionGroup var target: ChatTarget

  @Option(
    name: [.customShort("n"), .customLong("lines")],
    help: ArgumentHelp("The last so many messages; 0 prints all.", valueName: "count"))
  var count = 20

  @Flag(name: [.long, .customShort("f")], help: "Go on with new messages as they come.")
  var follow = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if count < 0 { throw ValidationError("the number of messages cannot be negative") }
  }

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let chat = try project.resolve(target.chat)
    guard let directory = try project.directory(of: chat) else {
      return Report([
        "chat_id": .integer(chat.id.number), "task_id": .text(chat.taskID), "messages": [],
      ])
    }
    let follower = follow ? try MessageFollower(directory: directory, [.inbox, .outbox]) : nil
    let history = try ConversationHistory.read(
      directory, last: count == 0 ? Int.max : count, before: follower?.start ?? [:])
    if let follower { try self.follow(follower, after: history, in: context) }
    return Report(
      [
        "chat_id": .integer(chat.id.number), "task_id": .text(chat.taskID),
        "messages": .array(history.entries.map(\.json)),
      ],
      lines: history.entries.flatMap { $0.lines(in: context) },
      notes: history.problems.map(\.description))
  }

  /// Prints until it is interrupted.
  private func follow(
    _ follower: MessageFollower, after history: ConversationHistory, in context: CommandContext
  ) throws {
    for entry in history.entries { entry.print(in: context) }
    while let found = try follower.next(until: .never) {
      for (box, message) in found {
        ConversationHistory.Entry(box: box, message: message).print(in: context)
      }
    }
  }
}
