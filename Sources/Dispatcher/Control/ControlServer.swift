internal import ControlProtocol
internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// Carries out what comes over the control socket.
protocol ControlRequestHandling: AnyObject {
  /// Must lead to exactly one `connection.answer`, now or later.
  func handle(_ request: ControlRequest, from connection: ControlConnection)
  /// Clients are about to be told of what was decided, which must be on record by then. Rule 15.
  func recordDecisions()
  /// The connection is over; its leases end.
  func connectionEnded(_ connection: ControlConnection)
}

/// The control socket: accepts, reads, answers, and lets no client hold up another.
final class ControlServer {
  private let loop: EventLoop
  private let listeners: [StreamListener]
  private let log: DispatcherLog
  private let peers: PeerRule
  private weak var handler: (any ControlRequestHandling)?
  private var connections: [ObjectIdentifier: ControlConnection] = [:]
  private var listening: [EventLoop.Registration] = []
  /// How many were let in since the beginning.
  private(set) var acceptedCount: UInt64 = 0
  /// When accepting is tried again after descriptors or memory ran out.
  private var resumeAt: Int64?

  /// More than this many clients at a time are turned away.
  static let connectionLimit = 1_024
  /// When more than this waits in memory for all clients but the one with most, that one is dropped: a
  /// single answer may be longer than this.
  static let heldLimit = 32 * 1024 * 1024
  private var held = 0
  /// Neither one client nor all of them hold the loop with many more requests than these at a time.
  private static let requestsPerTurn = 8
  private static let requestsOfAllPerTurn = 64
  /// Requests that have arrived wait for the next turn.
  private(set) var hasBacklog = false
  private static let pause: Int64 = 1_000_000_000

  init(
    _ socket: ControlSocket, loop: EventLoop, log: DispatcherLog,
    handler: any ControlRequestHandling
  ) throws(Errno) {
    listeners = socket.listeners
    peers = socket.peers
    self.loop = loop
    self.log = log
    self.handler = handler
    try listen()
  }

  private func listen() throws(Errno) {
    for listener in listeners {
      let registration = try loop.add(listener.descriptor, for: .readable) { [weak self] _ in
        self?.accept(listener)
      }
      listening.append(registration)
    }
  }

  private func stopListening() {
    for registration in listening { loop.remove(registration) }
    listening = []
  }

  var connectionCount: Int { connections.count }

  /// What another program needs to go on with all clients.
  var states: [DispatcherState.Connection] {
    connections.values.map(\.state).sorted { $0.socket < $1.socket }
  }

  /// Goes on with a client of the program before this one.
  func resume(_ connection: ControlConnection) throws(Errno) {
    acceptedCount += 1
    try watch(connection)
  }

  /// When the next silent connection is to be closed; nil for never.
  var deadline: Int64? {
    let expiry = connections.values.compactMap(\.expiresAt).min()
    return [expiry, resumeAt].compactMap { $0 }.min()
  }

  /// Answers what was decided since, and closes what is over.
  ///
  /// Once each turn.
  func serve() {
    let now = Clock.monotonic
    hasBacklog = false
    if let resumeAt, resumeAt <= now {
      let isListening = (try? listen()) != nil
      if !isListening { stopListening() }
      self.resumeAt = isListening ? nil : now + Self.pause
    }
    for connection in Array(connections.values) {
      if let expiresAt = connection.expiresAt, expiresAt <= now {
        close(connection)
      } else {
        serve(connection)
      }
    }
  }

  /// Takes no more connections, and closes those that are there after what they wait for was written.
  func stop() {
    stopListening()
    handler?.recordDecisions()
    for connection in Array(connections.values) {
      _ = connection.flush()
      close(connection)
    }
  }

  private func accept(_ listener: StreamListener) {
    do {
      while let stream = try listener.accept() { try welcome(stream) }
    } catch {
      // Out of descriptors or memory. The client stays in the backlog; the loop must not spin on it.
      stopListening()
      resumeAt = Clock.monotonic + Self.pause
      log.warn(.storageProblem, "cannot accept a connection, trying again in 1 s: \(error)")
    }
  }

  private func welcome(_ stream: UnixStream) throws(Errno) {
    acceptedCount += 1
    let peer = try stream.peerCredentials()
    guard peers.admits(peer, groups: { (try? stream.peerGroups()) ?? [] }) else {
      return turnAway(stream, .notAllowed(peer))
    }
    guard connections.count < Self.connectionLimit else { return turnAway(stream, .crowded) }
    try watch(ControlConnection(stream, peer: peer))
  }

  private func watch(_ connection: ControlConnection) throws(Errno) {
    connection.registration = try loop.add(connection.stream.descriptor, for: .readable) {
      [weak self, weak connection] _ in
      guard let self, let connection else { return }
      self.react(connection)
    }
    connections[ObjectIdentifier(connection)] = connection
  }

  /// Says why, as far as that goes without waiting.
  private func turnAway(_ stream: UnixStream, _ refusal: ControlError) {
    _ = try? stream.write(Frame.encode(ControlResponse.failed(refusal).json)[...])
  }

  private func react(_ connection: ControlConnection) {
    if !connection.receive() { return close(connection) }
    serve(connection)
  }

  private func serve(_ connection: ControlConnection) {
    var left = requestsPerTurn
    while left > 0, !connection.isClosed, let request = connection.nextRequest() {
      left -= 1
      handler?.handle(request, from: connection)
    }
    connection.isBehind = left == 0
    if left == 0 { hasBacklog = true }
    handler?.recordDecisions()
    guard connection.flush() else { return close(connection) }
    count(connection)
    if let registration = connection.registration {
      try? loop.modify(registration, for: connection.interest)
    }
  }

  private func count(_ connection: ControlConnection) {
    held += connection.held - connection.counted
    connection.counted = connection.held
    while held > Self.heldLimit, let worst = connections.values.max(by: { $0.held < $1.held }),
      held - worst.held > Self.heldLimit
    {
      close(worst)
    }
  }

  /// At least one of each.
  private var requestsPerTurn: Int {
    min(Self.requestsPerTurn, max(1, Self.requestsOfAllPerTurn / max(1, connections.count)))
  }

  private func close(_ connection: ControlConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    if let registration = connection.registration { loop.remove(registration) }
    held -= connection.counted
    connection.close()
    handler?.connectionEnded(connection)
  }
}

extension ControlError {
  fileprivate static func notAllowed(_ peer: PeerCredentials) -> ControlError {
    ControlError(
      .notPermitted, "user \(peer.user) may not use this dispatcher",
      hint: "its owner, root and the members of its socket's group may")
  }

  fileprivate static let crowded = ControlError(
    .tryAgain, "\(ControlServer.connectionLimit) clients are connected already",
    hint: "end some of them, or the dispatcher with SIGTERM")
}
