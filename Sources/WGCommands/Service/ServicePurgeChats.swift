internal import ArgumentParser
internal import ControlProtocol
internal import TimeSpans

/// The command `wg service purge-chats`.
struct ServicePurgeChats: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge-chats",
    abstract: "Archive every chat, end all handlers, keep the tasks and their history.",
    discussion: """
      Nothing starts a purged chat again, also not a restarted dispatcher, until \
      `wg chat restore`. Purging again does nothing. Works with the dispatcher up or down. \
      The chat of the handler that runs this command is skipped.
      """,
    aliases: ["archive-all-chats"])

  @Flag(help: "Tell what would be purged and change nothing.")
  var dryRun = false

  @Flag(help: "Leave chats alone that somebody is attached to.")
  var keepAttached = false

  @Option(
    help: ArgumentHelp("Leave this chat alone; may be given several times.", valueName: "chat"),
    completion: .chat)
  var except: [String] = []

  @Option(
    help: ArgumentHelp(
      "How long handlers have between SIGTERM and SIGKILL.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var grace: TimeSpan?

  @Flag(help: "Purge also the chat of the handler that runs this command.")
  var includeCaller = false

  @Flag(name: [.long, .customShort("y")], help: "Do not ask.")
  var yes = false

  @Flag(
    name: [.customLong("include-active"), .customLong("force"), .customLong("all")],
    help: ArgumentHelp("Accepted; it is the default.", visibility: .hidden))
  var includeActive = false

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let wishes = PurgeWishes(
      except: try except.map { try project.resolve($0) },
      caller: try project.callerChat(), includesCaller: includeCaller,
      keepsAttached: keepAttached, grace: grace, isDryRun: dryRun)
    if !yes && !dryRun { try project.confirmPurge(wishes) }
    return try project.purge(wishes)
  }
}
