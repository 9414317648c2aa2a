internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol

/// `wg chat MESSAGE`, `wg chat --history` and `wg chat -i`: how chats were talked to before they had
/// commands of their own.
///
/// Hidden: it is for fingers and scripts that know it, and says what replaces it.
struct LegacyChat: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "say", abstract: "An older spelling of send, history and attach.",
    shouldDisplay: false)

  @Argument(help: "The message.")
  var message: String?

  @Flag(name: [.long, .customShort("i")], help: "Same as attach.")
  var interactive = false

  @Flag(help: "Same as history.")
  var history = false

  @Option(help: "How many messages of the history.")
  var historyDepth: Int?

  @Option(
    name: .customLong("coordinator"), help: "The chat. Without it, chat 0.", completion: .chat)
  var chat: String?

  @Option(help: "How long to wait for the answer.")
  var timeout: String?

  @Flag(
    name: [
      .customLong("clear"), .customLong("rotate"), .customLong("cleanup"), .customLong("compact"),
    ], help: "Refused.")
  var throwsAway = false

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    if history || historyDepth != nil { return try perform(historyArguments(project), context) }
    guard let message else {
      return try perform(["attach", try legacyChat(project)], context)
    }
    return try perform(
      ["send", try legacyChat(project), "--wait"]
        + (timeout.map { ["--timeout", $0] } ?? []) + ["--", message], context)
  }

  private func historyArguments(_ project: Project) throws -> [String] {
    let chat = try legacyChat(project)
    return ["history", chat] + (historyDepth.map { ["-n", "\($0)"] } ?? [])
  }

  func validate() throws {
    if throwsAway { throw ValidationError("messages are kept") }
    if message == nil && !interactive && !history && historyDepth == nil {
      throw CleanExit.helpRequest(ChatGroup.self)
    }
    if let message, chat == nil, Self.mayBeCommand(message) {
      throw ValidationError(
        "`\(message)` is no command of wg chat; to say it: wg chat send CHAT \(message)")
    }
  }

  /// A word that could have been meant for a command is no message: an agent would act on it.
  private static func mayBeCommand(_ message: String) -> Bool {
    message.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "-") }
  }

  /// Carries out what the older spelling means, with the options of the newer one.
  private func perform(_ arguments: [String], _ context: CommandContext) throws -> Report {
    guard let command = try WG.parseAsRoot(["chat"] + arguments) as? any WGCommand else {
      throw ControlError(.usage, "this older spelling is not understood")
    }
    return try command.perform(in: context)
  }

  /// Chat 0, as it always was, or the only chat that there is.
  private func legacyChat(_ project: Project) throws -> String {
    if let chat { return chat }
    let live = try project.catalog.chats(includeArchived: false).map(\.id.number)
    if live.contains(0) { return "0" }
    if let only = live.first, live.count == 1 { return "\(only)" }
    throw ControlError(
      live.isEmpty ? .notFound : .usage,
      live.isEmpty ? "there is no chat to talk to" : "there are several chats, and none is chat 0",
      hint: live.isEmpty
        ? "make one with `wg chat create`" : "say which: wg chat send CHAT TEXT --wait")
  }
}
