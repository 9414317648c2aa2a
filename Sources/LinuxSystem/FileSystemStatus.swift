internal import CLinuxShims
public import SystemPackage

/// The file system that a path lies on.
///
/// `statfs(2)`.
public struct FileSystemStatus: Equatable, Sendable {
  /// The magic number of its type.
  public let type: Int64
  public let isReadOnly: Bool
  /// Bytes, for those without privilege.
  public let available: UInt64
  /// Bytes.
  public let total: UInt64
  /// How many more files there can be; nil where there is no limit.
  public let freeFiles: UInt64?

  public init(
    type: Int64, isReadOnly: Bool = false, available: UInt64, total: UInt64, freeFiles: UInt64?
  ) {
    self.type = type
    self.isReadOnly = isReadOnly
    self.available = available
    self.total = total
    self.freeFiles = freeFiles
  }

  public static func of(_ path: FilePath) throws(Errno) -> FileSystemStatus {
    var status = wg_file_system()
    try systemCall { path.withPlatformString { wg_file_system($0, &status) } }
    return FileSystemStatus(
      type: status.type, isReadOnly: status.read_only != 0, available: status.available_bytes,
      total: status.total_bytes, freeFiles: status.total_files == 0 ? nil : status.free_files)
  }

  /// What it is called, as mount(8) has it; the number in hexadecimal for one that is not known
  /// here.
  public var name: String { Self.names[type] ?? "type 0x" + String(type, radix: 16) }

  /// The numbers of linux/magic.h, and of those file systems that keep their own.
  private static let names: [Int64: String] = [
    0xEF53: "ext4", 0x5846_5342: "xfs", 0x9123_683E: "btrfs", 0x2FC1_2FC1: "zfs",
    0xF2F5_2010: "f2fs", 0xCA45_1A4E: "bcachefs", 0x0102_1994: "tmpfs", 0x8584_58F6: "ramfs",
    0x794C_7630: "overlay", 0x6969: "nfs", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2",
    0x517B: "smb", 0x0102_1997: "9p", 0x6573_5546: "fuse", 0x00C3_6400: "ceph",
    0x5346_414F: "afs", 0x6B41_4653: "afs", 0x4D44: "vfat", 0x2011_BAB0: "exfat",
    0x7366_746E: "ntfs3", 0x0BD0_0BD0: "lustre", 0x0116_1970: "gfs2", 0x7461_636F: "ocfs2",
    0x7371_7368: "squashfs",
  ]
}
