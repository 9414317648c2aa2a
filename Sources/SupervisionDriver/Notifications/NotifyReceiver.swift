package import LinuxSystem
package import SupervisionCore
package import SystemPackage

/// Receives what handlers say of themselves: READY=1 and its kin, as in sd_notify(3).
///
/// Each run has a socket of its own. So what one handler floods fills its own queue and no other,
/// and a message is about the run on whose socket it came, never about another.
package final class NotifyReceiver {
  package typealias Report = (ChildID, Incarnation, _ sender: PeerCredentials, NotifyMessage) ->
    Void

  final class Ear {
    let incarnation: Incarnation
    let socket: DatagramSocket
    let address: SocketAddress
    var registration: EventLoop.Registration?
    /// Messages of the present second.
    var count = 0
    var secondBegan: Int64 = 0

    init(_ incarnation: Incarnation, _ socket: DatagramSocket, at address: SocketAddress) {
      self.incarnation = incarnation
      self.socket = socket
      self.address = address
    }
  }

  private let loop: EventLoop
  private let sockets: NotifySockets
  private let report: Report
  var ears: [ChildID: Ear] = [:]
  /// Sockets of runs that are over, for the next run of the child: it often begins at once, and to make
  /// a file takes longer than to give it another name.
  private var spares: [ChildID: Ear] = [:]
  /// Runs that said too much, which are not read for the rest of the second.
  private var ignored: Set<ChildID> = []
  /// When they are read again; nil when there are none.
  package private(set) var resumeAt: Int64?

  /// Read in one turn of the loop, of each run.
  private static let turnLimit = 16
  /// Read in one second, of each run; what is beyond waits in its socket.
  private static let secondLimit = 256
  /// Read at once when a run is listened to: more than a socket's queue holds.
  private static let queueLimit = 1_024
  private static let second: Int64 = 1_000_000_000

  /// Makes the folder of the sockets; the project's lock is held.
  ///
  /// Sockets of runs that go on are to be resumed.
  package init(
    in folder: FilePath, loop: EventLoop, resuming addresses: [SocketAddress] = [],
    report: @escaping Report
  ) {
    sockets = NotifySockets(in: folder)
    sockets.removeLeftovers(except: addresses)
    self.loop = loop
    self.report = report
  }

  /// Opens the socket of a run and gives its address, as NOTIFY_SOCKET has it.
  package func open(_ child: ChildID, _ incarnation: Incarnation) throws(Errno) -> String {
    close(child)
    let ear = try ear(for: child, incarnation)
    ears[child] = ear
    do throws(Errno) {
      try listen(to: ear, child)
    } catch {
      close(child)
      throw error
    }
    return "\(ear.address)"
  }

  /// The run is over, or never began.
  package func close(_ child: ChildID) {
    guard let ear = ears.removeValue(forKey: child) else { return }
    ear.registration.map(loop.remove)
    ear.registration = nil
    ignored.remove(child)
    spares.updateValue(ear, forKey: child).map { sockets.remove($0.address) }
  }

  /// Removes the sockets of runs that are over and were not followed by another.
  ///
  /// To be called before the loop waits.
  package func removeSpares() {
    if spares.isEmpty { return }
    for ear in spares.values { sockets.remove(ear.address) }
    spares = [:]
  }

  private func ear(for child: ChildID, _ incarnation: Incarnation) throws(Errno) -> Ear {
    if let ear = renewed(child, incarnation) { return ear }
    let (socket, address) = try sockets.bind(child, incarnation)
    return Ear(incarnation, socket, at: address)
  }

  /// The socket of the run before, without what was said there and not heard.
  private func renewed(_ child: ChildID, _ incarnation: Incarnation) -> Ear? {
    guard let spare = spares.removeValue(forKey: child) else { return nil }
    guard discardWords(in: spare.socket),
      let address = sockets.rename(spare.address, to: child, incarnation)
    else {
      sockets.remove(spare.address)
      return nil
    }
    return Ear(incarnation, spare.socket, at: address)
  }

  /// False when there is no end to it.
  private func discardWords(in socket: DatagramSocket) -> Bool {
    for _ in 0..<Self.queueLimit {
      do throws(Errno) {
        guard try socket.receive() != nil else { return true }
      } catch { return false }
    }
    return false
  }

  /// Reads everything that a run has said up to now.
  package func listen(to child: ChildID) {
    guard let ear = ears[child] else { return }
    _ = read(ear, child, limit: Self.queueLimit)
  }

  /// Reads again those that were not read for a while.
  package func resume() {
    guard let due = resumeAt, due <= Clock.monotonic else { return }
    resumeAt = nil
    for child in ignored {
      guard let ear = ears[child] else { continue }
      try? listen(to: ear, child)
    }
    ignored = []
  }

  func listen(to ear: Ear, _ child: ChildID) throws(Errno) {
    ear.registration = try loop.add(ear.socket.descriptor, for: .readable) {
      [weak self, weak ear] _ in
      guard let self, let ear else { return }
      drain(ear, child)
    }
  }

  /// A bounded number each turn and each second: a handler that floods must not keep the loop.
  private func drain(_ ear: Ear, _ child: ChildID) {
    let now = Clock.monotonic
    if now - ear.secondBegan >= Self.second {
      ear.secondBegan = now
      ear.count = 0
    }
    ear.count += read(ear, child, limit: Self.turnLimit)
    if ear.count >= Self.secondLimit { ignore(ear, child, until: ear.secondBegan + Self.second) }
  }

  private func ignore(_ ear: Ear, _ child: ChildID, until end: Int64) {
    ear.registration.map(loop.remove)
    ear.registration = nil
    ignored.insert(child)
    resumeAt = min(resumeAt ?? end, end)
  }

  /// Reads and reports; how many messages there were.
  ///
  /// Descriptors that come along are closed: none is kept for a handler.
  private func read(_ ear: Ear, _ child: ChildID, limit: Int) -> Int {
    for count in 0..<limit {
      guard let datagram = try? ear.socket.receive() else { return count }
      guard let sender = datagram.sender, !datagram.isTruncated else { continue }
      report(child, ear.incarnation, sender, NotifyMessage(datagram.bytes))
    }
    return limit
  }
}
