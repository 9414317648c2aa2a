internal import ArgumentParser
internal import ControlProtocol
internal import TimeSpans

/// The command `wg chat send`.
struct ChatSend: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Put a message into a chat's inbox.",
    discussion: """
      The message is on the disk when the command returns. With --wait it prints the answer and \
      nothing else; when none comes in time the message stays queued and the exit status is 75.
      """)

  @OptionGroup var target: ChatTarget

  @Argument(help: ArgumentHelp("The message; - reads it from standard input.", valueName: "text"))
  var text: String

  @Flag(name: [.long, .customShort("w")], help: "Wait for the answer and print it.")
  var wait = false

  @Option(
    help: ArgumentHelp("How long to wait. Default 2min; `infinity` is allowed.", valueName: "span"),
    transform: { try TimeSpan.parse($0, allowsInfinity: true) })
  var timeout: TimeSpan?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if timeout != nil && !wait { throw ValidationError("--timeout needs --wait") }
  }

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let chat = try project.resolve(target.chat)
    let message = OutgoingMessage(
      content: try MessageText.read(text, from: context.console), user: context.user)
    let sent = try project.send(message, to: chat)
    return wait
      ? try project.waitForAnswer(to: sent, within: timeout ?? .seconds(120))
      : try project.report(on: sent)
  }
}
