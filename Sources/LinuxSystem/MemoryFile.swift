internal import CLinuxShims
internal import Glibc
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

  /// The same, to be read from its beginning: what another process gets as standard input.
  public static func input(_ bytes: [UInt8], name: String) throws(Errno) -> Descriptor {
    let file = try sealed(bytes, name: name)
    _ = try systemCall { Int(lseek(file.rawValue, 0, SEEK_SET)) }
    return file
  }

  /// An empty one that can be written, to take what another process says.
  public static func output(name: String) throws(Errno) -> Descriptor {
    Descriptor(owning: try systemCall { wg_memory_file(name) })
  }
}
