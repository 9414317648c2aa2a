internal import ArgumentParser
internal import ChatProject
internal import ControlProtocol
internal import JSONLines
internal import TaskGraph
internal import Terminal

/// The command `wg migrate chat-rename`.
struct MigrateChatRename: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat-rename",
    abstract: "Rename legacy .coordinator-N chats to .chat-N, with their edges, tags and titles.",
    discussion:
      "Happens by itself when the dispatcher meets legacy ids. Doing it again is harmless.")

  @Flag(help: "Tell what would be renamed and change nothing.")
  var dryRun = false
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let migration = try project.catalog.migrateLegacy(
      dryRun: dryRun, by: project.graphChange("migration"))
    let notes = dryRun || migration.isEmpty ? [] : project.announceGraphChange().notes
    return Report(payload(migration), lines: lines(migration), notes: notes)
  }

  private func payload(_ migration: GraphMigration) -> JSONObject {
    [
      "renamed_ids": .array(migration.renamed.map(Self.pair)),
      "superseded_ids": .array(migration.superseded.map(Self.pair)),
      "rewritten_edges": .integer(migration.rewrittenEdges),
      "renamed_tags": .integer(migration.renamedTags),
      "renamed_titles": .integer(migration.renamedTitles), "dry_run": .bool(dryRun),
    ]
  }

  private static func pair(_ rename: GraphMigration.Rename) -> JSONValue {
    .array([.text(rename.old), .text(rename.new)])
  }

  private func lines(_ migration: GraphMigration) -> [String] {
    if migration.isEmpty { return ["No legacy chats found; nothing to do."] }
    let renames = migration.renamed.map { "  \($0.old) -> \($0.new)" }
    let superseded = migration.superseded.map { "  \($0.old) archived: \($0.new) exists" }
    let counts = [
      Count.of(migration.rewrittenEdges, "edge"), Count.of(migration.renamedTags, "tag"),
      Count.of(migration.renamedTitles, "title"),
    ]
    return [dryRun ? "Dry run, nothing is written:" : "Migrated:"]
      + (renames + superseded).map(SafeText.line) + ["  " + counts.joined(separator: ", ")]
  }
}
