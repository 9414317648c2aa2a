internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// The address of a Unix socket.
///
/// `unix(7)`.
public enum SocketAddress: Hashable, Sendable {
  /// A file, with a path of any length.
  case path(FilePath)
  /// A name without a file, known to the machine's network namespace.
  case abstract(String)

  /// From the text of NOTIFY_SOCKET: `@name` is abstract, all else a path; nil when it is empty.
  public init?(_ text: String) {
    if text.isEmpty || text == "@" { return nil }
    self = text.hasPrefix("@") ? .abstract(String(text.dropFirst())) : .path(FilePath(text))
  }
}

extension SocketAddress: CustomStringConvertible {
  /// As NOTIFY_SOCKET has it.
  public var description: String {
    switch self {
    case .path(let path): path.string
    case .abstract(let name): "@" + name
    }
  }
}

extension SocketAddress {
  /// The bytes of sun_path and what must stay open while they are used.
  private struct Prepared {
    var name: [CChar]
    var folder: Descriptor?
  }

  /// sun_path with room for a final NUL, which not all programs can do without.
  private static let longestPath = 107

  /// Whether every program can use the address as it stands: a path is absolute and fits.
  public var isUniversal: Bool {
    switch self {
    case .path(let path): path.isAbsolute && path.string.utf8.count <= Self.longestPath
    case .abstract(let name): name.utf8.count <= Self.longestPath
    }
  }

  /// Calls with the bytes of sun_path.
  ///
  /// A path that does not fit goes through an open descriptor of its folder:
  /// `/proc/self/fd/N/name`.
  func withName<Result: FixedWidthInteger>(
    _ body: (UnsafePointer<CChar>?, Int) -> Result
  ) throws(Errno) -> Result {
    let prepared = try prepare()
    return try systemCallOnce {
      withExtendedLifetime(prepared.folder) {
        prepared.name.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
      }
    }
  }

  private func prepare() throws(Errno) -> Prepared {
    switch self {
    case .abstract(let name):
      return Prepared(name: [0] + name.utf8.map { CChar(bitPattern: $0) })
    case .path(let path):
      let bytes = path.string.utf8
      if bytes.isEmpty || bytes.contains(0) { throw .invalidArgument }
      if bytes.count <= Self.longestPath { return Prepared(name: Self.terminated(path.string)) }
      return try Self.throughFolder(of: path)
    }
  }

  private static func throughFolder(of path: FilePath) throws(Errno) -> Prepared {
    let parent = path.removingLastComponent()
    let folder = try Descriptor.open(
      parent.isEmpty ? "." : parent, flags: folderOnly, followsLinks: true)
    let name = "/proc/self/fd/\(folder.rawValue)/\(path.lastComponent?.string ?? "")"
    if name.utf8.count > longestPath { throw .fileNameTooLong }
    return Prepared(name: terminated(name), folder: folder)
  }

  private static func terminated(_ text: String) -> [CChar] {
    text.utf8.map { CChar(bitPattern: $0) } + [0]
  }
}

/// O_PATH, which the headers hide without _GNU_SOURCE: names the folder without opening it.
private let folderOnly: Int32 = 0o10000000 | O_DIRECTORY

/// Who is on the other side of a socket, by the kernel's word.
public struct PeerCredentials: Hashable, Sendable {
  /// May mean another process by now, or none; 0 when it is outside this pid namespace.
  public let pid: Int32
  public let user: UInt32
  public let group: UInt32

  init(_ credentials: wg_credentials) {
    pid = credentials.pid
    user = credentials.uid
    group = credentials.gid
  }
}
