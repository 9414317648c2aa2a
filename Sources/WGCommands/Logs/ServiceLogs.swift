internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The command `wg service logs`.
struct ServiceLogs: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print the dispatcher's log, or what a chat's handlers wrote.",
    discussion: "Where there is a journal, handlers write there: journalctl -t wg-chat-N.")

  @Flag(name: [.long, .customShort("f")], help: "Go on with new lines as they come.")
  var follow = false

  @Option(help: ArgumentHelp("The log of this chat's handlers.", valueName: "chat"))
  var chat: String?

  @Option(
    name: [.customShort("n"), .customLong("lines")],
    help: ArgumentHelp("The last so many lines; 0 prints all.", valueName: "count"))
  var count = 100

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if count < 0 { throw ValidationError("the number of lines cannot be negative") }
  }

  func perform(in context: CommandContext) throws -> Report {
    let path = try path(in: context.project())
    let follower = follow ? try LogFollower(path) : nil
    let lines = try LogTail.lines(of: path, last: count == 0 ? Int.max : count)
    if let follower { try self.follow(follower, after: lines, in: context) }
    if lines == nil {
      throw ControlError(
        .notFound, "there is no log yet (\(path))", hint: "`wg service start` begins one")
    }
    return Report(
      ["path": .text(path.string), "lines": .array((lines ?? []).map { .text($0) })],
      lines: (lines ?? []).map(context.content))
  }

  private func path(in project: Project) throws -> FilePath {
    guard let chat else { return project.layout.daemonLog }
    return project.layout.handlerLog(try project.resolve(chat).id)
  }

  /// Prints until it is interrupted.
  private func follow(
    _ follower: LogFollower, after lines: [String]?, in context: CommandContext
  ) throws {
    for line in lines ?? [] { print(line, in: context) }
    while true {
      for line in try follower.next() { print(line, in: context) }
    }
  }

  private func print(_ line: String, in context: CommandContext) {
    let text = context.isJSON ? JSONValue.text(line).description : context.content(line)
    context.console.say(text)
  }
}
