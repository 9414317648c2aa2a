public import ChatStorage
public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// A project's `.wg` folder, and how it is found.
public struct ProjectFolder: Equatable, Sendable {
  /// The folder with the graph in it, absolute, without symbolic links.
  public let root: FilePath
  /// Where it was found: `root`, or a symbolic link to it.
  public let entry: FilePath

  /// The folder that people work in: the one that holds `root`.
  public var project: FilePath { root.removingLastComponent() }

  public var layout: ProjectLayout { ProjectLayout(root: root) }

  /// The names that the folder may have, the preferred one first.
  static let names = [".wg", ".workgraph"]

  /// Finds the project: what `--dir` says, else `WG_DIR`, else the nearest folder above
  /// `currentDirectory` that has one, else the one in the home folder.
  ///
  /// `--dir` and `WG_DIR` may name the project or the `.wg` folder itself.
  /// - Throws: `notFound`, with what to do about it. `notPermitted` for a folder that nobody named and
  ///   that another user made, and for one with links where its folders should be.
  public static func find(
    dirOption: FilePath?, environment: [String: String], currentDirectory: FilePath
  ) throws(StorageError) -> ProjectFolder {
    let named = dirOption ?? environment["WG_DIR"].flatMap { $0.isEmpty ? nil : FilePath($0) }
    if let named { return try open(named: currentDirectory.pushing(named)) }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) }
    if let found = nearest(above: currentDirectory, home: home) {
      let folder = try resolve(found)
      try refuseForeign(folder)
      return folder
    }
    throw StorageError(
      file: currentDirectory, kind: .notFound,
      reason: "there is no wg project here or above; make one with `wg init`")
  }

  /// In a folder like `/tmp` anybody can put a project in the way of those who work below.
  ///
  /// Root works on somebody's files as that one.
  private static func refuseForeign(_ folder: ProjectFolder) throws(StorageError) {
    let user = CurrentProcess.user
    for path in [folder.entry, folder.root] where user != 0 {
      let status = try StorageError.about(path) { () throws(Errno) in try FileStatus.of(path) }
      guard let owner = status?.owner, owner != user, owner != 0 else { continue }
      throw StorageError(
        file: path, kind: .notPermitted,
        reason:
          "it belongs to user \(owner), and nobody named it; name it with `--dir` if it is meant")
    }
  }

  private static func open(named path: FilePath) throws(StorageError) -> ProjectFolder {
    if isProject(path) || names.contains(path.lastComponent?.string ?? "") {
      guard isFolder(path) else { throw missing(path) }
      return try resolve(path)
    }
    guard let inside = subfolders(of: path).first(where: isFolder) else { throw missing(path) }
    return try resolve(inside)
  }

  private static func nearest(above start: FilePath, home: FilePath?) -> FilePath? {
    var here = start.lexicallyNormalized()
    while true {
      if let found = subfolders(of: here).first(where: { isEligible($0, home: home) }) {
        return found
      }
      let above = here.removingLastComponent()
      if above == here || above.isEmpty { break }
      here = above
    }
    return home.flatMap { subfolders(of: $0).first(where: isProject) }
  }

  /// The `.wg` of the home folder also holds a person's settings: it is a project only with a graph.
  private static func isEligible(_ folder: FilePath, home: FilePath?) -> Bool {
    folder.removingLastComponent() == home ? isProject(folder) : isFolder(folder)
  }

  private static func isProject(_ folder: FilePath) -> Bool {
    exists(folder.appending("graph.jsonl"), as: .regular)
  }

  private static func isFolder(_ path: FilePath) -> Bool { exists(path, as: .directory) }

  private static func exists(_ path: FilePath, as kind: FileStatus.Kind) -> Bool {
    (try? FileStatus.of(path, followsLinks: true))?.kind == kind
  }

  private static func subfolders(of path: FilePath) -> [FilePath] {
    names.map { path.appending($0) }
  }

  private static func resolve(_ path: FilePath) throws(StorageError) -> ProjectFolder {
    let folder: ProjectFolder
    do throws(Errno) {
      folder = ProjectFolder(root: try path.resolvingSymbolicLinks(), entry: path)
    } catch {
      throw StorageError(error, path)
    }
    try RealFolder.check(folder.layout)
    return folder
  }

  private static func missing(_ path: FilePath) -> StorageError {
    do throws(Errno) {
      _ = try FileStatus.of(path.appending(".wg"), followsLinks: true)
    } catch {
      return StorageError(error, path)
    }
    return StorageError(
      file: path, kind: .notFound,
      reason: "there is no wg project in this folder; make one with `wg init`")
  }
}
