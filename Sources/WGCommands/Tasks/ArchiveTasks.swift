internal import ArgumentParser
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import TaskGraph
internal import Terminal
internal import TimeSpans

/// The command `wg archive`.
struct ArchiveTasks: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Move done and abandoned tasks out of the graph, into archive.jsonl.",
    discussion: """
      Without ids, those that ended longer ago than --older. A task that an unfinished one comes \
      after stays. Chats are archived by `wg chat archive`.
      """)

  @Argument(help: "The tasks to move, however long ago they ended.")
  var ids: [String] = []

  @Option(
    help: ArgumentHelp("How long ago they ended at least.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var older: TimeSpan = .seconds(7 * 24 * 3600)

  @Flag(help: "Tell what would be moved and change nothing.")
  var dryRun = false

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    try requireMovable(project)
    let archive = TaskArchive(
      path: project.layout.taskArchive, lock: project.layout.taskArchiveLock)
    let moved = try archive.move(from: project.graph, rehearses: dryRun, isWanted)
    let notes = moved.isEmpty || dryRun ? [] : project.announceGraphChange().notes
    let kept = ids.filter { id in !moved.contains { $0.id == id } }
    return Report(
      [
        "archived": .array(moved.map { .text($0.id) }), "kept": .array(kept.map { .text($0) }),
        "dry_run": .bool(dryRun),
      ],
      lines: lines(moved)
        + kept.map { SafeText.line("Kept \($0): an unfinished task comes after it") },
      notes: notes)
  }

  private func lines(_ moved: [TaskRow]) -> [String] {
    if moved.isEmpty && ids.isEmpty { return ["Nothing to archive."] }
    let verb = dryRun ? "Would move" : "Moved"
    return moved.map { SafeText.line("\(verb) \($0.id) (\($0.status.spelling))") }
  }

  private func requireMovable(_ project: Project) throws {
    for id in ids {
      if ChatTaskID(id) != nil {
        throw ControlError(
          .usage, "`\(id)` is a chat", hint: "`wg chat archive \(id)` archives it")
      }
      guard let row = try project.graph.task(id) else { throw project.noSuchTask(id) }
      if !row.status.finishesDependency {
        throw ControlError(
          .failed, "task `\(id)` is \(row.status.spelling)",
          hint: "only done and abandoned tasks can be archived")
      }
    }
  }

  private func isWanted(_ row: TaskRow) -> Bool {
    guard row.status.finishesDependency, !row.id.hasPrefix(".") else { return false }
    if !ids.isEmpty { return ids.contains(row.id) }
    guard let ended = row.endedAt else { return false }
    let (age, overflow) = Clock.wall.subtractingReportingOverflow(ended)
    // An age that nanoseconds cannot tell: it ended centuries ago.
    return overflow ? ended < 0 : age >= older.nanoseconds
  }
}
