internal import Glibc
public import SystemPackage

/// Folders: make them, list them.
public enum Directory {
  /// Makes the folder and those above it; not an error when it is there. `mkdir(2)`.
  public static func create(_ path: FilePath, mode: UInt32 = 0o755) throws(Errno) {
    do throws(Errno) {
      try systemCall { path.withPlatformString { mkdir($0, mode) } }
    } catch {
      switch error {
      case .fileExists: return
      case .noSuchFileOrDirectory where !path.removingLastComponent().isEmpty:
        try create(path.removingLastComponent(), mode: mode)
        try create(path, mode: mode)
      default: throw error
      }
    }
  }

  /// The names in a folder, without "." and "..", in no order. `readdir(3)`.
  public static func names(in path: FilePath) throws(Errno) -> [String] {
    guard let stream = path.withPlatformString({ opendir($0) }) else {
      throw Errno(rawValue: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
