internal import Glibc
internal import LinuxSystem
public import SystemPackage

/// The files that the journal is kept in.
///
/// systemd-journald.service(8).
public enum JournalFiles {
  /// The folders of this machine's journal that are there: the kept one and the one until the next boot.
  public static func folders(
    below roots: [FilePath] = ["/var/log/journal", "/run/log/journal"],
    machineID: FilePath = "/etc/machine-id"
  ) -> [FilePath] {
    guard let file = try? Descriptor.open(machineID, flags: O_RDONLY, followsLinks: true),
      let bytes = try? file.read(at: 0, count: 32)
    else { return [] }
    let name = String(decoding: bytes, as: UTF8.self)
    return roots.map { $0.appending(name) }.filter {
      (try? FileStatus.of($0, followsLinks: true))?.kind == .directory
    }
  }

  /// Whether there is something in these folders that this process may not read.
  ///
  /// libsystemd passes over such files without a word.
  public static func hideSomething(in folders: [FilePath]) -> Bool {
    folders.contains { folder in
      guard let names = try? Directory.names(in: folder) else { return true }
      return names.contains { name in
        // Opened, since access(2) asks about another identity than open(2) where the two differ.
        name.hasSuffix(".journal")
          && (try? Descriptor.open(folder.appending(name), flags: O_RDONLY)) == nil
      }
    }
  }
}
