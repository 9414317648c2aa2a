internal import ArgumentParser

/// The chat that a command is about.
struct ChatTarget: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The chat: its number, .chat-N, its name, or its session's uuid or a prefix of it.",
      valueName: "chat"),
    completion: .chat)
  var chat: String
}
