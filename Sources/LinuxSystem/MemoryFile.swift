internal import CLinuxShims
public import SystemPackage

/// A file in memory that nobody can change any more, to hand to another process.
///
/// `memfd_create(2)`.
public enum MemoryFile {
  /// A descriptor, close-on-exec, of a sealed file with these bytes; the caller's to close.
  ///
  /// `name` is for people who look into `/proc`.
  public static func sealed(_ bytes: [UInt8], name: String) throws(Errno) -> Descriptor {
    let file = Descriptor(owning: try systemCall { wg_memory_file(name) })
    try file.writeAll(bytes)
    try systemCall { wg_seal(file.rawValue) }
    return file
  }
}
