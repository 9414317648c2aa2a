internal import ArgumentParser
internal import ChatProject
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// The command `wg init`.
struct InitializeProject: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a project in the current folder.",
    discussion: "Makes .wg/ with an empty graph. Refuses where there is a project already.")

  @OptionGroup var global: GlobalOptions

  @Option(
    name: [.long, .customLong("executor"), .customShort("x")],
    help: ArgumentHelp(
      "What answers in chats that name no handler: echo, claude, codex, openai, ….",
      valueName: "kind"))
  var handler: String?

  @Flag(help: "Do nothing where there is a project already, instead of refusing.")
  var ifMissing = false

  func perform(in context: CommandContext) throws -> Report {
    let target = context.currentDirectory.pushing(FilePath(context.directoryOption ?? "."))
      .lexicallyNormalized()
    try assumeOwnership(at: target)
    do throws(StorageError) {
      return Self.report(try ProjectFolder.initialize(at: target, handler: handler), handler)
    } catch {
      guard error.kind == .exists, ifMissing else { throw error }
      let root = error.file.removingLastComponent().string
      return Report(["dir": .text(root), "handler": .null])
    }
  }

  /// What root makes in somebody's folder is that one's.
  private func assumeOwnership(at target: FilePath) throws {
    let root = target.appending(".wg")
    let exists = try FileStatus.of(root, followsLinks: true) != nil
    try ProjectOwnership.assume(of: exists ? root : target, entry: root)
  }

  private static func report(_ folder: ProjectFolder, _ handler: String?) -> Report {
    let root = folder.root.string
    return Report(
      ["dir": .text(root), "handler": handler.map { .text($0) } ?? .null],
      lines: [
        "Initialized a wg project in \(SafeText.line(root))",
        "Next: wg chat create --name NAME, then wg service start",
      ])
  }
}
