internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Folders whose making survives a power cut, since what is put there has to.
enum DurableFolder {
  /// Makes the folder and those above it, each synchronized; does nothing when it is there.
  static func make(_ path: FilePath) throws(StorageError) {
    try StorageError.about(path) { () throws(Errno) in try makeAll(path) }
  }

  private static func makeAll(_ path: FilePath) throws(Errno) {
    if path.isEmpty { return }
    if try FileStatus.of(path, followsLinks: true) != nil { return }
    let parent = path.removingLastComponent()
    try makeAll(parent)
    try Directory.create(path)
    try AtomicFile.synchronizeDirectory(parent)
  }

  /// The chats for which a folder holds a file `PREFIX N.json`, in order; none without a folder.
  ///
  /// A folder that is there and cannot be read is an error, never "none".
  static func chats(in path: FilePath, prefix: String) throws(StorageError) -> [ChatID] {
    let names: [String]
    do throws(Errno) {
      names = try Directory.names(in: path)
    } catch {
      if error == .noSuchFileOrDirectory { return [] }
      throw StorageError(error, path)
    }
    return names.compactMap { ChatFile.chat(in: $0, prefix: prefix) }.sorted()
  }
}
