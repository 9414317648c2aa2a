internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// A listening Unix stream socket; non-blocking.
///
/// Readable, in an event loop, when somebody wants in. The file stays when this object goes.
public final class StreamListener {
  /// Close-on-exec; owned by this object.
  public let descriptor: Descriptor

  private init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// Takes over a socket that listens already, as from socket activation.
  ///
  /// EINVAL: it is no Unix stream socket, or does not listen. ENOTSOCK: it is no socket.
  public init(adopting descriptor: Descriptor) throws(Errno) {
    guard try Self.option(SO_DOMAIN, of: descriptor) == AF_UNIX,
      try Self.option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
      try systemCall({ wg_is_listening(descriptor.rawValue) }) == 1
    else { throw .invalidArgument }
    try descriptor.setNonBlocking(true)
    self.descriptor = descriptor
  }

  private static func option(_ option: Int32, of descriptor: Descriptor) throws(Errno) -> Int32 {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try systemCall { getsockopt(descriptor.rawValue, SOL_SOCKET, option, &value, &size) }
    return value
  }

  /// The file that the socket was bound to; nil for one without a file.
  ///
  /// As it was given to bind(2), so it may be relative to another folder. `getsockname(2)`.
  public func path() throws(Errno) -> FilePath? {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    try systemCall {
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getsockname(descriptor.rawValue, $0, &size)
        }
      }
    }
    let header = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0
    let bytes = withUnsafeBytes(of: address) { Array($0[header..<max(header, Int(size))]) }
    let name = bytes.prefix { $0 != 0 }
    return name.isEmpty ? nil : FilePath(String(decoding: name, as: UTF8.self))
  }

  /// Whether somebody wants in right now.
  public func hasCaller() throws(Errno) -> Bool {
    try descriptor.wait(for: .readable, until: .now)
  }

  /// Listens at a path of any length whose file has these permissions from its first moment.
  ///
  /// A file that is there is EADDRINUSE, unless `replacingStale` and it is a socket: the caller
  /// knows, by a lock, that nobody listens on it any more. `listen(2)`.
  public static func listen(
    _ path: FilePath, mode: UInt32 = 0o600, backlog: Int32 = 128, replacingStale: Bool = false
  ) throws(Errno) -> StreamListener {
    let descriptor = Descriptor(owning: try systemCall { wg_socket(WG_STREAM, 1) })
    if replacingStale { try SocketFile.removeStale(path) }
    try SocketFile.bind(descriptor, to: .path(path), mode: mode)
    try systemCall { Glibc.listen(descriptor.rawValue, backlog) }
    return StreamListener(descriptor)
  }

  /// The next one who wants in; nil when nobody does.
  ///
  /// EMFILE and ENFILE leave them waiting, and the listener readable. `accept4(2)`.
  public func accept() throws(Errno) -> UnixStream? {
    while true {
      do throws(Errno) {
        let number = try systemCall { wg_accept(descriptor.rawValue) }
        return UnixStream(adopting: Descriptor(owning: number))
      } catch {
        if error == .wouldBlock { return nil }
        // One who gave up in between.
        if error != .connectionAbort { throw error }
      }
    }
  }
}
