internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Becoming another program: `execv(3)`.
enum Replacement {
  /// Returns only by throwing, when it did not work.
  ///
  /// The environment stays as it is.
  static func execute(_ program: FilePath, _ arguments: [String]) throws(Errno) {
    var strings: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    try systemCallOnce { program.withPlatformString { execv($0, &strings) } }
  }
}
