internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import TimeSpans

/// The command `wg chat attach`.
struct ChatAttach: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach", abstract: "Talk to a chat line by line.",
    discussion: """
      Counts as somebody who listens: the chat's handler is started and kept as long as the command \
      runs. Each line of standard input is a message; answers are printed as they come. Ctrl-C \
      interrupts the turn, Ctrl-D detaches. When the input is no terminal, its end detaches as soon \
      as every line was answered. Needs the dispatcher.
      """)

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let chat = try project.resolve(target.chat)
    let client = try project.neededDispatcher(for: "attaching to a chat", waking: true)
    _ = try client.demand(.attach(chat.id.number), within: .seconds(30))
    let attachment = try ChatAttachment(to: chat, in: project, context, lease: client)
    let count = try attachment.run()
    return Report([
      "chat_id": .integer(chat.id.number), "task_id": .text(chat.taskID),
      "messages_sent": .integer(count),
    ])
  }
}
