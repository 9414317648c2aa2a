internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// One client on the control socket.
///
/// The connection is the lease: what it attached to is let go of when it closes, however it closes.
final class ControlConnection {
  let stream: UnixStream
  let peer: PeerCredentials
  var registration: EventLoop.Registration?
  /// The chats that this connection listens to.
  var leases: [ChildID] = []
  /// Closed at this instant unless something is heard before; nil for a connection that holds a lease
  /// or waits for its answer.
  private(set) var expiresAt: Int64?

  private var decoder = FrameDecoder()
  private var outgoing: [UInt8] = []
  /// Of these, how many were written already.
  private var written = 0
  /// Is sent every decision; false again when it did not keep up.
  var isSubscribed = false
  /// The last row that it was sent.
  private var lastPushed: UInt64 = 0
  private var isAnswering = false
  private var isEnding = false
  private(set) var isClosed = false
  /// Another answer was due, and too much of those before it had not been read.
  private var isStuck = false
  /// More requests have arrived than were carried out in this turn.
  var isBehind = false
  /// Of the bytes that it holds, those that the server has counted.
  var counted = 0

  /// Silence that a client without a lease may keep.
  static let patience: Int64 = 30_000_000_000
  /// A client that does not read is dropped when more than this waits for it and one more answer is due.
  ///
  /// A single answer may be longer: it has a row for each chat.
  static let backlogLimit = 8 * 1024 * 1024
  /// The same for events, of which there is no end.
  static let eventLimit = 512 * 1024

  init(_ stream: UnixStream, peer: PeerCredentials) {
    self.stream = stream
    self.peer = peer
    restartPatience()
  }

  /// Goes on with a client where the program before this one stood.
  ///
  /// To be subscribed is for the caller.
  init(resuming stream: UnixStream, _ state: DispatcherState.Connection) throws(Errno) {
    self.stream = stream
    peer = try stream.peerCredentials()
    leases = state.leases.map { ChildID($0) }
    expiresAt = state.expiresAt
    decoder.append(state.unread)
    outgoing = state.unwritten
    lastPushed = state.pushed ?? 0
    isAnswering = state.isAnswering
    isEnding = state.isEnding
  }

  /// What another program needs to go on with this client.
  var state: DispatcherState.Connection {
    DispatcherState.Connection(
      socket: stream.descriptor.rawValue, leases: leases.map(\.number),
      pushed: isSubscribed ? lastPushed : nil, unread: decoder.pendingBytes,
      unwritten: Array(outgoing[written...]),
      isAnswering: isAnswering, isEnding: isEnding, expiresAt: expiresAt)
  }

  /// What the loop should watch for.
  ///
  /// While requests wait no more is read than fits: the client waits, not the memory.
  var interest: Readiness {
    var interest: Readiness = isFull ? [] : .readable
    if !outgoing.isEmpty { interest.insert(.writable) }
    return interest
  }

  private var isFull: Bool {
    decoder.pendingCount > Self.readAhead && (isAnswering || isBehind)
  }

  private static let readAhead = 64 * 1024

  /// How much memory waits for this client: what it has not read, and what it has not said to the end.
  var held: Int { unwrittenCount + decoder.pendingCount }

  private var unwrittenCount: Int { outgoing.count - written }

  /// Takes what has arrived.
  ///
  /// Returns false when the connection is over.
  func receive() -> Bool {
    do {
      switch try stream.read() {
      case .bytes(let bytes):
        decoder.append(bytes)
        restartPatience()
        return true
      case .wouldBlock: return true
      case .endOfStream: return false
      }
    } catch {
      return false
    }
  }

  /// The next request; nil when none is complete or one is still being answered.
  ///
  /// A line that is no request is answered here. One that is too long ends the connection.
  func nextRequest() -> ControlRequest? {
    while !isAnswering && !isEnding {
      do {
        guard let json = try decoder.next() else { return nil }
        let request = try ControlRequest.decode(json)
        isAnswering = true
        expiresAt = nil
        return request
      } catch let error as FrameError {
        send(.failed(error.controlError))
        if case .tooLong = error { isEnding = true }
      } catch let error as ControlError {
        send(.failed(error))
      } catch {
        isEnding = true
      }
    }
    return nil
  }

  /// Answers the request that `nextRequest` gave.
  func answer(_ response: ControlResponse) {
    isAnswering = false
    restartPatience()
    send(response)
  }

  private func send(_ response: ControlResponse) {
    guard !isClosed else { return }
    isStuck = unwrittenCount > Self.backlogLimit
    if !isStuck { outgoing += Frame.encode(response.json) }
  }

  /// Adds an event to what waits to be written.
  ///
  /// Whoever is too far behind is told so, and the connection ends when that was read, or soon.
  func push(_ frame: [UInt8], _ sequence: UInt64) {
    guard !isClosed, !isEnding, isSubscribed else { return }
    if unwrittenCount + frame.count <= Self.eventLimit {
      outgoing += frame
      lastPushed = sequence
    } else {
      outgoing += Frame.encode(EventFrame.dropped(after: lastPushed).json)
      isSubscribed = false
      isEnding = true
      expiresAt = Clock.monotonic + Self.patience
    }
  }

  /// Writes what waits.
  ///
  /// Returns false when the connection is over.
  func flush() -> Bool {
    guard !isClosed, !isStuck else { return false }
    do {
      while written < outgoing.count {
        guard case .wrote(let count) = try stream.write(outgoing[written...]) else { break }
        written += count
        restartPatience()
      }
    } catch {
      return false
    }
    dropWritten()
    return !(isEnding && outgoing.isEmpty)
  }

  /// What waits is moved only when at least as much of it is gone, or a long answer would be moved again
  /// and again.
  private func dropWritten() {
    guard written > unwrittenCount || written == outgoing.count else { return }
    outgoing.removeFirst(written)
    written = 0
    if outgoing.isEmpty { outgoing = [] }
  }

  /// Marks the connection as over; the descriptor closes with this object.
  func close() {
    isClosed = true
    outgoing = []
    written = 0
  }

  private func restartPatience() {
    if isEnding { return }
    let mayBeSilent = !leases.isEmpty || isSubscribed || isAnswering
    expiresAt = mayBeSilent ? nil : Clock.monotonic + Self.patience
  }
}
