internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// What arrived in one piece.
public struct Datagram {
  public let bytes: [UInt8]
  /// Whether some of it was cut off.
  public let isTruncated: Bool
  /// Nil when the kernel did not say, or the sender is outside this pid namespace.
  public let sender: PeerCredentials?
  /// Those that came along and were asked for.
  public let descriptors: [Descriptor]
}

/// A Unix datagram socket; non-blocking.
///
/// Receives what `sd_notify(3)` sends.
public final class DatagramSocket {
  /// Close-on-exec; owned by this object.
  public let descriptor: Descriptor

  /// Takes over a non-blocking socket that was bound by the program before this one.
  public init(adopting descriptor: Descriptor) { self.descriptor = descriptor }

  /// A socket without an address of its own, for sending.
  public static func open() throws(Errno) -> DatagramSocket {
    DatagramSocket(adopting: Descriptor(owning: try systemCall { wg_socket(WG_DATAGRAM, 1) }))
  }

  /// A socket at an address, told by the kernel who sends; EADDRINUSE when that is taken.
  ///
  /// A file has the permissions `mode` from its first moment, and stays when this object goes.
  public static func bind(
    _ address: SocketAddress, mode: UInt32 = 0o600
  ) throws(Errno) -> DatagramSocket {
    let socket = try open()
    try systemCall { wg_enable_credentials(socket.descriptor.rawValue) }
    try SocketFile.bind(socket.descriptor, to: address, mode: mode)
    return socket
  }

  /// The next datagram; nil when there is none.
  ///
  /// Never blocks. `recvmsg(2)`.
  ///
  /// Descriptors that come along are closed unless `keepingDescriptors`.
  public func receive(
    maximum: Int = 4096, keepingDescriptors: Bool = false
  ) throws(Errno) -> Datagram? {
    var low = wg_datagram()
    var buffer = [UInt8](repeating: 0, count: max(1, maximum))
    do throws(Errno) {
      try systemCall { wg_receive(descriptor.rawValue, &buffer, buffer.count, &low) }
    } catch {
      if error == .wouldBlock { return nil }
      throw error
    }
    let descriptors = Self.descriptors(of: low)
    return Datagram(
      bytes: Array(buffer.prefix(low.count)), isTruncated: low.truncated != 0,
      sender: low.sender.pid == 0 ? nil : PeerCredentials(low.sender),
      descriptors: keepingDescriptors ? descriptors : [])
  }

  private static func descriptors(of datagram: wg_datagram) -> [Descriptor] {
    withUnsafeBytes(of: datagram.descriptors) {
      $0.bindMemory(to: Int32.self).prefix(Int(datagram.descriptor_count)).map {
        Descriptor(owning: $0)
      }
    }
  }

  /// Sends one datagram; EAGAIN when the receiver's queue is full.
  ///
  /// Never blocks, never SIGPIPE.
  ///
  /// ECONNREFUSED or ENOENT: nobody is there. EMSGSIZE: too long.
  public func send(_ bytes: [UInt8], to address: SocketAddress) throws(Errno) {
    _ = try address.withName { name, length in
      bytes.withUnsafeBytes {
        wg_send_to(descriptor.rawValue, $0.baseAddress, $0.count, name, length)
      }
    }
  }

  /// Sets where `send(_:)` sends to, in place of what was set before.
  ///
  /// From then on the descriptor is writable, in an event loop, only while the receiver's queue has
  /// room. ENOENT or ECONNREFUSED: nobody is there. `connect(2)`.
  public func connect(to address: SocketAddress) throws(Errno) {
    _ = try address.withName { wg_connect(descriptor.rawValue, $0, $1) }
  }

  /// Sends one datagram to where the socket is connected to.
  ///
  /// As `send(_:to:)`; ENOTCONN when it is not connected.
  public func send(_ bytes: [UInt8]) throws(Errno) {
    try systemCall {
      bytes.withUnsafeBytes { wg_send(descriptor.rawValue, $0.baseAddress, $0.count) }
    }
  }

  /// Sends one datagram with a copy of a descriptor.
  public func send(
    _ bytes: [UInt8], with passed: Descriptor, to address: SocketAddress
  ) throws(Errno) {
    _ = try address.withName { name, length in
      bytes.withUnsafeBytes {
        wg_send_descriptor(
          descriptor.rawValue, $0.baseAddress, $0.count, passed.rawValue, name, length)
      }
    }
  }
}
