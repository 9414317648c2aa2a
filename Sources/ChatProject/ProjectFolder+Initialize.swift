internal import ChatStorage
public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// What counts in chats that name nothing else; what is nil is left to the programs.
public struct ChatDefaults: Equatable, Sendable {
  /// A kind of handler.
  public var handler: String?
  public var model: String?
  /// Where the model is served.
  public var endpoint: String?

  public init(handler: String? = nil, model: String? = nil, endpoint: String? = nil) {
    self.handler = handler
    self.model = model
    self.endpoint = endpoint
  }
}

extension ProjectFolder {
  /// Makes the `.wg` folder in `directory`, with an empty graph.
  ///
  /// The graph is made last: what an interrupted attempt left is completed, not refused.
  /// - Throws: `exists` when there is a project already.
  public static func initialize(
    at directory: FilePath, _ defaults: ChatDefaults = ChatDefaults()
  ) throws(StorageError) -> ProjectFolder {
    for folder in names.map({ directory.appending($0) }) {
      try refuseExisting(folder.appending("graph.jsonl"))
    }
    let root = directory.appending(".wg")
    do throws(Errno) {
      try Directory.create(root)
      try write(configuration(defaults), to: root.appending("config.toml"))
      try write(ignoredFiles, to: root.appending(".gitignore"))
      try write("", to: root.appending("graph.jsonl"))
      return ProjectFolder(root: try root.resolvingSymbolicLinks(), entry: root)
    } catch {
      throw StorageError(error, root)
    }
  }

  private static func refuseExisting(_ graph: FilePath) throws(StorageError) {
    let status: FileStatus?
    do throws(Errno) { status = try FileStatus.of(graph) } catch {
      throw StorageError(error, graph)
    }
    guard status == nil else {
      throw StorageError(file: graph, kind: .exists, reason: "this folder has a wg project already")
    }
  }

  /// Leaves a file alone that is there already: it may be somebody's work.
  private static func write(_ text: String, to path: FilePath) throws(Errno) {
    if try FileStatus.of(path) != nil { return }
    try AtomicFile.replace(path, with: Array(text.utf8))
  }

  private static func configuration(_ defaults: ChatDefaults) -> String {
    let given = [
      ("executor", defaults.handler), ("model", defaults.model), ("endpoint", defaults.endpoint),
    ].compactMap { key, value in value.map { "\(key) = \(quoted($0))\n" } }
    let lines = defaults.handler == nil ? ["# executor = \"claude\"\n"] + given : given
    return "# Settings of this project; see wg-config(5).\n[dispatcher]\n" + lines.joined()
  }

  /// A TOML basic string.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case _ where scalar.value < 32 || scalar.value == 127: "\\u" + hexadecimal(scalar.value)
      case _: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  private static let ignoredFiles = """
    agents/
    service/
    matrix.toml
    *.secret
    *.credentials

    """
}
