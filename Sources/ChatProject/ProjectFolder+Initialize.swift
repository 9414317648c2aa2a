internal import ChatStorage
public import JSONLines
internal import LinuxSystem
public import Settings
public import SystemPackage

extension ProjectFolder {
  /// Makes the `.wg` folder in `directory`, with an empty graph.
  ///
  /// The graph is made last: what an interrupted attempt left is completed, not refused. What people
  /// say to agents is not for every user of the machine: the folder is its owner's and its group's.
  /// - Throws: `exists` when there is a project already.
  public static func initialize(
    at directory: FilePath, _ defaults: ChatDefaults = ChatDefaults()
  ) throws(StorageError) -> ProjectFolder {
    for folder in names.map({ directory.appending($0) }) {
      try refuseExisting(folder.appending("graph.jsonl"))
    }
    let root = directory.appending(".wg")
    do throws(Errno) {
      try Directory.createDurably(root, mode: 0o750)
      try write(ConfigurationTemplate.text(defaults), to: root.appending("config.toml"))
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

  private static let ignoredFiles = """
    agents/
    service/
    matrix.toml
    *.secret
    *.credentials

    """
}
