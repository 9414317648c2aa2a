internal import ArgumentParser

/// The session that a command is about.
struct SessionTarget: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The session: its uuid or a prefix of it, a name of it, or its chat.", valueName: "session"),
    completion: .chat)
  var session: String
}
