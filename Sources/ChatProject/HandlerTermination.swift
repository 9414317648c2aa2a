internal import Glibc
internal import LinuxSystem

/// What became of a chat's handler.
public struct HandlerFate: Equatable, Sendable {
  public enum Outcome: String, Sendable {
    /// There was none.
    case none
    /// It ended when it was asked to.
    case terminated
    /// It had to be killed.
    case killed
    /// It could not even be killed.
    case survived
  }

  /// A process that is still there, with its state as in `/proc/PID/stat`.
  public struct Survivor: Equatable, Sendable {
    public let pid: Int32
    public let state: Character
    /// Where in the kernel it sleeps, as far as that can be read.
    public let waitsIn: String?

    public init(pid: Int32, state: Character, waitsIn: String? = nil) {
      self.pid = pid
      self.state = state
      self.waitsIn = waitsIn
    }

    /// As it is now.
    static func look(at pid: Int32) -> Survivor {
      Survivor(
        pid: pid, state: ProcessTable.state(pid) ?? "?", waitsIn: ProcessTable.waitingPlace(of: pid)
      )
    }
  }

  public var outcome: Outcome
  /// All processes that belonged to it, the handler itself first.
  public var pids: [Int32]
  /// From the first signal to the last death, in nanoseconds.
  public var duration: Int64
  public var survivors: [Survivor]

  public init(
    outcome: Outcome, pids: [Int32] = [], duration: Int64 = 0, survivors: [Survivor] = []
  ) {
    self.outcome = outcome
    self.pids = pids
    self.duration = duration
    self.survivors = survivors
  }

  /// What became of it all when more of it was found later.
  func followed(by later: HandlerFate) -> HandlerFate {
    if later == .none { return self }
    let rank: [Outcome] = [.none, .terminated, .killed, .survived]
    return HandlerFate(
      outcome: rank.last { $0 == outcome || $0 == later.outcome } ?? outcome,
      pids: pids + later.pids.filter { !pids.contains($0) }, duration: duration + later.duration,
      survivors: survivors + later.survivors)
  }

  /// There was no handler.
  public static let none = HandlerFate(outcome: .none)
}

/// Ends handlers that this process did not start, all at once.
///
/// SIGTERM to everything that belongs to them; after the grace period SIGKILL, again and again
/// while new processes appear; then a look at who is left.
public struct HandlerTermination: Sendable {
  /// Nanoseconds between SIGTERM and SIGKILL.
  public let grace: Int64
  /// Nanoseconds after the first SIGKILL until what is left counts as surviving.
  public let patience: Int64
  /// Whose processes may be ended; nil for everybody's that this program may signal.
  public let user: UInt32?

  public init(grace: Int64, patience: Int64 = 2_000_000_000, user: UInt32? = nil) {
    self.grace = grace
    self.patience = patience
    self.user = user
  }

  /// Ends the handlers known by these processes; blocks until they are gone or cannot be ended.
  ///
  /// The answer names what became of each, under the key it was given under. Several thousand
  /// handlers take as long as the slowest. A process of another user than `user` gets no signal and
  /// counts as surviving.
  public func end<Key: Hashable>(_ leaders: [Key: [Int32]]) -> [Key: HandlerFate] {
    let picture = ProcessPicture.take()
    var run = TerminationRun(
      handlers: leaders.compactMapValues { ForeignHandler($0, of: user, in: picture) })
    run.terminate(for: grace)
    run.kill(for: patience)
    return leaders.mapValues { _ in HandlerFate.none }.merging(run.fates) { $1 }
  }
}

/// One pass over a set of handlers.
private struct TerminationRun<Key: Hashable> {
  private let handlers: [Key: ForeignHandler]
  private let start = Clock.monotonic
  private var finished: [Key: Int64] = [:]
  private var killed: Set<Key> = []

  init(handlers: [Key: ForeignHandler]) { self.handlers = handlers }

  mutating func terminate(for time: Int64) {
    for handler in handlers.values { handler.terminate() }
    wait(until: deadline(after: time))
    refresh()
  }

  mutating func kill(for time: Int64) {
    let last = deadline(after: time)
    while true {
      let left = handlers.filter { !$0.value.alive.isEmpty }
      if left.isEmpty || Clock.monotonic >= last { return }
      for (key, handler) in left {
        killed.insert(key)
        handler.kill()
      }
      wait(until: min(last, deadline(after: 200_000_000)))
      refresh()
    }
  }

  var fates: [Key: HandlerFate] {
    Dictionary(uniqueKeysWithValues: handlers.map { ($0.key, fate(of: $0.key, $0.value)) })
  }

  private func fate(of key: Key, _ handler: ForeignHandler) -> HandlerFate {
    let survivors = (handler.alive + handler.spared).map { HandlerFate.Survivor.look(at: $0.pid) }
    let outcome: HandlerFate.Outcome =
      !survivors.isEmpty ? .survived : killed.contains(key) ? .killed : .terminated
    return HandlerFate(
      outcome: outcome, pids: handler.everSeen,
      duration: (finished[key] ?? Clock.monotonic) - start,
      survivors: survivors.sorted { $0.pid < $1.pid })
  }

  /// Who forked while it was being signalled.
  private func refresh() {
    let picture = ProcessPicture.take()
    for handler in handlers.values { handler.refresh(picture) }
  }

  private mutating func wait(until deadline: Int64) {
    while true {
      var alive: [ProcessDescriptor] = []
      for (key, handler) in handlers {
        let left = handler.alive
        alive += left
        if left.isEmpty && finished[key] == nil { finished[key] = Clock.monotonic }
        if !left.isEmpty { finished[key] = nil }
      }
      if alive.isEmpty || !Self.waitForAnEnd(of: alive, until: deadline) { return }
    }
  }

  /// False when the deadline has come.
  private static func waitForAnEnd(of processes: [ProcessDescriptor], until deadline: Int64) -> Bool
  {
    let rest = deadline - Clock.monotonic
    if rest <= 0 { return false }
    var entries = processes.map {
      pollfd(fd: $0.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    }
    let milliseconds = Int32(clamping: rest / 1_000_000 + 1)
    _ = poll(&entries, nfds_t(entries.count), milliseconds)
    return true
  }

  private func deadline(after time: Int64) -> Int64 {
    let (instant, overflow) = Clock.monotonic.addingReportingOverflow(max(0, time))
    return overflow ? .max : instant
  }
}
