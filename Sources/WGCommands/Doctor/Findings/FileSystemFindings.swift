internal import LinuxSystem

extension FileSystemStatus? {
  var findings: [Finding] {
    guard let status = self else {
      return [
        .warning(
          .fileSystem, "the file system of the project cannot be asked",
          meaning: "whether it is full cannot be told", advice: "see what `df` says")
      ]
    }
    let bad = [status.readOnly, status.space, status.files, status.kind].compactMap(\.self)
    return bad.isEmpty ? [.ok(.fileSystem, status.summary)] : bad
  }
}

extension FileSystemStatus {
  private static let mebibyte: UInt64 = 1 << 20

  fileprivate var summary: String { "\(name), \(Self.amount(available)) free" }

  fileprivate var readOnly: Finding? {
    guard isReadOnly else { return nil }
    return .problem(
      .fileSystem, "the project lies on a read-only file system",
      meaning: "no message can be sent and no decision kept",
      advice: "mount it writable; after an error of the disk, check it first")
  }

  /// Below 16 MiB a message or a tombstone may fail at any moment; below 256 MiB that is near.
  fileprivate var space: Finding? {
    guard available < 256 * Self.mebibyte, !isReadOnly else { return nil }
    let text = "\(Self.amount(available)) are left on the file system (\(name))"
    let advice = "free some space"
    if available < 16 * Self.mebibyte {
      return .problem(
        .fileSystem, text, meaning: "messages, tombstones and records may not be written",
        advice: advice)
    }
    return .warning(
      .fileSystem, text, meaning: "at the end of it, messages are refused", advice: advice)
  }

  fileprivate var files: Finding? {
    guard let freeFiles, freeFiles < 1_000, !isReadOnly else { return nil }
    return .problem(
      .fileSystem, "only \(freeFiles) more files can be made on the file system (\(name))",
      meaning: "each write makes a file and renames it; without inodes it fails",
      advice: "remove files that nobody needs; `df -i` shows the count")
  }

  fileprivate var kind: Finding? {
    switch name {
    case "nfs", "cifs", "smb", "smb2", "9p", "afs", "ceph", "lustre":
      .warning(
        .fileSystem, "the project lies on a network file system (\(name))",
        meaning: "locks may not hold between machines, and changes made elsewhere wake nobody",
        advice: "run the dispatcher on one machine only, better with the project on its own disk")
    case "tmpfs", "ramfs":
      .warning(
        .fileSystem, "the project lies in memory (\(name))", meaning: "it is gone after a boot",
        advice: "move it to a disk")
    case "vfat", "exfat":
      .warning(
        .fileSystem, "the project lies on \(name), which knows no owners and no modes",
        meaning: "everybody on this machine may read and change it",
        advice: "move it to a file system of Linux")
    case _: nil
    }
  }

  /// Roughly, for people.
  private static func amount(_ bytes: UInt64) -> String {
    let mebibytes = bytes / mebibyte
    return mebibytes < 10_240 ? "\(mebibytes) MiB" : "\(mebibytes / 1024) GiB"
  }
}
