internal import ArgumentParser
internal import ChatProject
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import Settings
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

  @Option(name: [.long, .customShort("m")], help: "The model of chats that name none.")
  var model: String?

  @Option(
    name: [.long, .customShort("e")],
    help: ArgumentHelp("Where the model is served, for chats that do not say.", valueName: "url"))
  var endpoint: String?

  @Option(
    help: ArgumentHelp(
      "A handler and an endpoint in one word: claude-cli, codex-cli, openrouter, local, nex-custom.",
      valueName: "name"))
  var route: InitialRoute?

  @Flag(help: "Do nothing where there is a project already, instead of refusing.")
  var ifMissing = false

  func validate() throws {
    if route != nil && handler != nil {
      throw ValidationError("--route cannot be combined with --handler; it names one")
    }
    if route == .nexCustom && endpoint == nil {
      throw ValidationError("--route nex-custom needs --endpoint")
    }
    if let endpoint, !["http://", "https://"].contains(where: endpoint.hasPrefix) {
      throw ValidationError("--endpoint is an address that begins with http:// or https://")
    }
  }

  func perform(in context: CommandContext) throws -> Report {
    let target = context.currentDirectory.pushing(FilePath(context.directoryOption ?? "."))
      .lexicallyNormalized()
    try refuseUnknownHandler(at: target)
    try assumeOwnership(at: target)
    do throws(StorageError) {
      return Self.report(try ProjectFolder.initialize(at: target, defaults), defaults)
    } catch {
      guard error.kind == .exists, ifMissing else { throw error }
      let root = error.file.removingLastComponent().string
      return Self.report(root, ChatDefaults())
    }
  }

  private var defaults: ChatDefaults {
    ChatDefaults(
      handler: handler ?? route?.handler, model: model, endpoint: endpoint ?? route?.endpoint)
  }

  private func refuseUnknownHandler(at target: FilePath) throws {
    let file = target.appending(".wg").appending("config.toml")
    guard let handler,
      let objection = Configuration.read(.ofThisProcess(project: file)).objection(
        toHandler: handler)
    else { return }
    throw ControlError(.usage, objection)
  }

  /// What root makes in somebody's folder is that one's.
  private func assumeOwnership(at target: FilePath) throws {
    let root = target.appending(".wg")
    let exists = try FileStatus.of(root, followsLinks: true) != nil
    try ProjectOwnership.assume(of: exists ? root : target, entry: root)
  }

  private static func report(_ folder: ProjectFolder, _ defaults: ChatDefaults) -> Report {
    let root = folder.root.string
    return report(
      root, defaults,
      lines: [
        "Initialized a wg project in \(SafeText.line(root))",
        "Next: wg chat create --name NAME, then wg service start",
      ])
  }

  private static func report(
    _ root: String, _ defaults: ChatDefaults, lines: [String] = []
  ) -> Report {
    func text(_ value: String?) -> JSONValue { value.map { .text($0) } ?? .null }
    return Report(
      [
        "dir": .text(root), "handler": text(defaults.handler), "model": text(defaults.model),
        "endpoint": text(defaults.endpoint),
      ], lines: lines)
  }
}

/// The ways to a model that the existing program's `wg init` knows by name.
enum InitialRoute: String, ExpressibleByArgument, CaseIterable {
  case claudeCLI = "claude-cli"
  case codexCLI = "codex-cli"
  case openrouter
  case local
  case nexCustom = "nex-custom"

  var handler: String {
    switch self {
    case .claudeCLI: "claude"
    case .codexCLI: "codex"
    case .openrouter, .local, .nexCustom: "openai"
    }
  }

  /// Nil where the handler needs none, or has to be told.
  var endpoint: String? {
    switch self {
    case .openrouter: "https://openrouter.ai/api/v1"
    case .local: "http://127.0.0.1:11434/v1"
    case .claudeCLI, .codexCLI, .nexCustom: nil
    }
  }
}
