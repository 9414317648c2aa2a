internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// One end of a connected Unix stream socket; non-blocking.
public final class UnixStream {
  /// Close-on-exec; owned by this object.
  public let descriptor: Descriptor

  /// Takes over a connected, non-blocking socket.
  public init(adopting descriptor: Descriptor) { self.descriptor = descriptor }

  /// Connects to the socket at a path of any length, waiting at most `timeout` nanoseconds while
  /// the listener's queue is full (nil: for ever), then ETIMEDOUT.
  ///
  /// ENOENT: no such file. ECONNREFUSED: nobody listens on it. `connect(2)`.
  public static func connect(_ path: FilePath, timeout: Int64? = nil) throws(Errno) -> UnixStream {
    let descriptor = Descriptor(owning: try systemCall { wg_socket(WG_STREAM, 0) })
    if let timeout {
      // 0 would mean for ever.
      let limit = max(timeout, 1_000)
      try systemCall { wg_set_send_timeout(descriptor.rawValue, limit) }
    }
    try connect(descriptor, to: .path(path))
    try descriptor.setNonBlocking(true)
    return UnixStream(adopting: descriptor)
  }

  private static func connect(
    _ descriptor: Descriptor, to address: SocketAddress
  ) throws(Errno) {
    while true {
      do throws(Errno) {
        _ = try address.withName { wg_connect(descriptor.rawValue, $0, $1) }
        return
      } catch {
        if error == .wouldBlock { throw .timedOut }
        if error != .interrupted { throw error }
      }
    }
  }

  /// Two ends connected with each other.
  ///
  /// `socketpair(2)`.
  public static func pair() throws(Errno) -> (UnixStream, UnixStream) {
    var ends: [Int32] = [-1, -1]
    try systemCall { wg_socket_pair(WG_STREAM, 1, &ends) }
    return (
      UnixStream(adopting: Descriptor(owning: ends[0])),
      UnixStream(adopting: Descriptor(owning: ends[1]))
    )
  }

  /// The supplementary groups that the other end had when the connection was made.
  ///
  /// `SO_PEERGROUPS`, Linux 4.13.
  public func peerGroups() throws(Errno) -> [UInt32] {
    var groups: [UInt32] = []
    while true {
      var size = socklen_t(groups.count * MemoryLayout<UInt32>.size)
      let result = groups.withUnsafeMutableBytes {
        getsockopt(descriptor.rawValue, SOL_SOCKET, SO_PEERGROUPS, $0.baseAddress, &size)
      }
      let count = Int(size) / MemoryLayout<UInt32>.size
      if result == 0 { return Array(groups.prefix(count)) }
      // There is no room for them, and the kernel has said how much it takes.
      guard errno == ERANGE, count > groups.count else { throw Errno(rawValue: errno) }
      groups = [UInt32](repeating: 0, count: count)
    }
  }

  /// Who the other end was when the connection was made.
  ///
  /// `SO_PEERCRED`.
  public func peerCredentials() throws(Errno) -> PeerCredentials {
    var credentials = wg_credentials()
    try systemCall { wg_peer_credentials(descriptor.rawValue, &credentials) }
    return PeerCredentials(credentials)
  }

  /// What is there, at most `maximum` bytes; ECONNRESET when the other end closed without reading
  /// what it was sent.
  ///
  /// Never blocks.
  public func read(maximum: Int = 64 * 1024) throws(Errno) -> ReadResult {
    try descriptor.readAvailable(maximum: maximum)
  }

  /// Sends what there is room for.
  ///
  /// Never blocks; EPIPE, never SIGPIPE, when the other end is gone.
  public func write(_ bytes: ArraySlice<UInt8>) throws(Errno) -> WriteResult {
    do throws(Errno) {
      let count = try systemCall {
        bytes.withUnsafeBytes { wg_send(descriptor.rawValue, $0.baseAddress, $0.count) }
      }
      return .wrote(count)
    } catch {
      if error == .wouldBlock { return .wouldBlock }
      throw error
    }
  }

  /// Sends everything, for programs without an event loop; ETIMEDOUT when the deadline comes first.
  public func writeAll(_ bytes: [UInt8], until deadline: Deadline) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch try write(rest) {
      case .wrote(let count): rest = rest.dropFirst(count)
      case .wouldBlock:
        guard try descriptor.wait(for: .writable, until: deadline) else { throw .timedOut }
      }
    }
  }

  /// Says that nothing more will be written; the other end then reads the end of the stream.
  public func finishWriting() throws(Errno) {
    try systemCall { shutdown(descriptor.rawValue, Int32(SHUT_WR)) }
  }
}
