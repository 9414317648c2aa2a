internal import SystemPackage

extension CommandContext {
  /// A path from the command line, made independent of the current folder.
  func absolute(_ path: String) -> FilePath {
    currentDirectory.pushing(FilePath(path)).lexicallyNormalized()
  }
}
