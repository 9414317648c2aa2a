internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// The key of an endpoint, which is read anew for each request and goes nowhere but into it.
struct EndpointKey: Equatable, Sendable {
  /// The name under which a service manager hands it over, in `CREDENTIALS_DIRECTORY`.
  static let credential = "openai.key"
  static let sizeLimit = 8 << 10

  let text: String

  /// Reads a file that holds the key and nothing else, but white space around it.
  ///
  /// Follows a link. Says what is wrong with the file, never what is in it. This process leaves no
  /// core dump from then on, as the key would be in it.
  static func read(_ path: FilePath) throws(UsageError) -> EndpointKey {
    CoreDump.forbid()
    let status: FileStatus
    let bytes: [UInt8]
    do throws(Errno) {
      let file = try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK, followsLinks: true)
      status = try file.status()
      bytes = status.kind == .regular ? try file.read(at: 0, count: sizeLimit + 1) : []
    } catch {
      throw UsageError("the key file \(path) cannot be read: \(error)")
    }
    try check(status, path)
    return try EndpointKey(bytes, path)
  }

  private static func check(_ status: FileStatus, _ path: FilePath) throws(UsageError) {
    guard status.kind == .regular else { throw UsageError("the key file \(path) is no file") }
    guard status.permissions & 0o006 == 0 else {
      throw UsageError("the key file \(path) is open to everybody: chmod o-rw it")
    }
  }

  private init(_ bytes: [UInt8], _ path: FilePath) throws(UsageError) {
    let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard bytes.count <= EndpointKey.sizeLimit, text.count == 1, let only = text.first,
      only.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw UsageError("the key file \(path) does not hold one key and nothing else") }
    self.text = String(only)
  }

  /// A text from the endpoint, which may have the key in it, without it.
  func removed(from text: String) -> String {
    text.split(separator: self.text, omittingEmptySubsequences: false).joined(separator: "[key]")
  }
}
