public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Folders of a project must be folders, not symbolic links.
///
/// Whoever hands on a project, as a repository for instance, can put links into it. What is written,
/// renamed and removed below a link happens elsewhere.
public enum RealFolder {
  /// Throws `notPermitted` for a link; a folder that is not there yet is none.
  ///
  /// In what may not be looked into, nothing can be written either.
  static func check(_ path: FilePath) throws(StorageError) {
    guard (try? FileStatus.of(path))?.kind == .symbolicLink else { return }
    throw StorageError(
      file: path, kind: .notPermitted,
      reason: "it is a symbolic link, which is not followed here; put the folder itself there, or "
        + "mount it with `mount --bind`")
  }

  /// Looks at the folders that each project has.
  public static func check(_ layout: ProjectLayout) throws(StorageError) {
    for folder in [
      layout.service, layout.chatFolder, layout.tombstones, layout.chatStates, layout.archiveFolder,
    ] { try check(folder) }
  }
}
