internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Folders of files that are named after chats.
enum DurableFolder {
  /// Makes the folder and those above it, durably; does nothing when it is there.
  static func make(_ path: FilePath) throws(StorageError) {
    try StorageError.about(path) { () throws(Errno) in try Directory.createDurably(path) }
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
