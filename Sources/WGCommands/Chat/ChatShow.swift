internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines

/// The command `wg chat show`.
struct ChatShow: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a chat's state, handler, last exit and last output.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  /// So many of the last run's last lines are shown.
  private static let outputLines = 10

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let summary = try project.resolve(target.chat)
    let chat = try project.status(of: summary)
    let output = lastOutput(of: summary, in: project)
    let tombstone = summary.tombstone
    return Report(
      [
        "chat": chat.json, "evidence": tombstone.map { .object($0.evidence) } ?? .null,
        "last_output": .array(output.lines.map { .text($0) }),
      ],
      lines: ChatDetails.lines(chat) + ChatDetails.ending(tombstone?.ending)
        + ChatDetails.output(output.lines),
      notes: output.notes)
  }

  /// The end of what the last handler wrote.
  ///
  /// A chat is shown also where that may not be read.
  private func lastOutput(
    of chat: ChatSummary, in project: Project
  ) -> (lines: [String], notes: [String]) {
    do {
      let source = try LogSource.find(
        .handlers(chat.id), last: Self.outputLines, ofLastRun: true, in: project)
      return (source.lines ?? [], source.notes)
    } catch {
      return ([], ["no output is shown: \(ControlError(causedBy: error).message)"])
    }
  }
}
