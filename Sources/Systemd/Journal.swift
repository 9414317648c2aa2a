public import LinuxSystem
internal import SystemPackage

/// The system's journal, by its native protocol, without ever waiting for it.
///
/// Not through sd_journal_sendv(3): its socket blocks. While the journal does not read, stopped or
/// stuck on a disk, the kernel keeps some datagrams for it (net.unix.max_dgram_qlen: 10, or 512
/// where systemd raised it), and the next call does not return: the loop that decides would stand
/// still, and with it every chat. Tried with libsystemd 252. The protocol is documented and stable.
public final class Journal {
  /// What came of an entry.
  public enum Outcome: Sendable {
    case sent
    /// The journal is there and has no room now; `descriptor` is writable when it has.
    case full
    /// There is no journal, or it cannot be sent to: nothing tells when that is over.
    case absent
  }

  /// For an event loop to wait on; close-on-exec.
  public var descriptor: Descriptor { socket.descriptor }
  private let socket: DatagramSocket
  private let address: SocketAddress

  private init(_ socket: DatagramSocket, _ address: SocketAddress) {
    self.socket = socket
    self.address = address
  }

  /// Where the journal listens, also in a namespace of its own: systemd puts that one there.
  public static let address = SocketAddress.path("/run/systemd/journal/socket")

  /// Nil when no journal is listening on this machine, or this process may not send to it.
  public static func connect(to address: SocketAddress = Journal.address) -> Journal? {
    guard let socket = try? DatagramSocket.open(), (try? socket.connect(to: address)) != nil else {
      return nil
    }
    return Journal(socket, address)
  }

  /// Sends one entry; never blocks.
  ///
  /// The journal may be another by now: one attempt is made to find it.
  public func send(_ entry: JournalEntry) -> Outcome {
    let bytes = entry.encoded
    let first = attempt(bytes)
    guard first == .absent, (try? socket.connect(to: address)) != nil else { return first }
    return attempt(bytes)
  }

  private func attempt(_ bytes: [UInt8]) -> Outcome {
    do throws(Errno) {
      do throws(Errno) {
        try socket.send(bytes)
      } catch {
        guard error == .messageTooLong else { throw error }
        try sendAsFile(bytes)
      }
      return .sent
    } catch {
      return error == .wouldBlock ? .full : .absent
    }
  }

  /// What is too long for a datagram goes in a sealed file, as the protocol has it.
  private func sendAsFile(_ bytes: [UInt8]) throws(Errno) {
    let file = try MemoryFile.sealed(bytes, name: "journal entry")
    try socket.send([], with: file, to: address)
  }
}
