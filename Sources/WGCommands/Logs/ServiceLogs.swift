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
    discussion: "From the journal where the dispatcher writes there, else from the files.")

  @Flag(name: [.long, .customShort("f")], help: "Go on with new lines as they come.")
  var follow = false

  @Option(
    help: ArgumentHelp("The log of this chat's handlers.", valueName: "chat"),
    completion: .chat)
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
    let project = try context.project()
    let subject = try subject(in: project)
    // Before the tail is read, so that no line falls between the two.
    let follower = follow ? try LogFollower(subject.file(in: project.layout)) : nil
    let source = try LogSource.find(
      subject, last: count == 0 ? Int.max : count, in: project)
    if let follower { try self.follow(source, follower, in: context) }
    guard let lines = source.lines else {
      throw nothing(source)
    }
    return Report(
      [
        "source": .text(source.name), "path": source.path.map { .text($0) } ?? .null,
        "lines": .array(lines.map { .text($0) }),
      ],
      lines: lines.map(context.content), notes: source.notes)
  }

  private func subject(in project: Project) throws -> LogSubject {
    guard let chat else { return .dispatcher }
    return .handlers(try project.resolve(chat).id)
  }

  /// A chat whose handlers wrote nothing, or a project that never had a dispatcher.
  private func nothing(_ source: LogSource) -> ControlError {
    let place = source.path ?? "the journal"
    guard chat == nil else {
      return ControlError(
        .notFound, "the chat's handlers have written nothing yet (\(place))",
        hint: "a handler runs when somebody attaches or writes: `wg chat send`")
    }
    return ControlError(
      .notFound, "there is no log yet (\(place))", hint: "`wg service start` begins one")
  }

  /// Prints until it is interrupted.
  private func follow(
    _ source: LogSource, _ follower: LogFollower, in context: CommandContext
  ) throws -> Never {
    for note in source.notes { context.console.note(note) }
    for line in source.lines ?? [] { print(line, in: context) }
    if case .journal(let journal, let tail) = source.place {
      try journal.follow(tail) { print($0, in: context) }
    }
    while true {
      for line in try follower.next() { print(line, in: context) }
    }
  }

  private func print(_ line: String, in context: CommandContext) {
    let text = context.isJSON ? JSONValue.text(line).description : context.content(line)
    context.console.say(text)
  }
}

extension LogSource {
  fileprivate var name: String {
    switch place {
    case .journal: "journal"
    case .file: "file"
    }
  }

  fileprivate var path: String? {
    switch place {
    case .journal: nil
    case .file(let path): path.string
    }
  }
}
