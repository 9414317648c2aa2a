internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// What a descriptor is ready for, or what one wants to hear of.
public struct Readiness: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let readable = Readiness(rawValue: EPOLLIN.rawValue)
  public static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
  /// Something out of the ordinary, as a change of `cgroup.events`.
  public static let exceptional = Readiness(rawValue: EPOLLPRI.rawValue)
  /// The other side will send nothing more.
  ///
  /// To be asked for.
  public static let halfClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
  /// Nobody is on the other side.
  ///
  /// Told without being asked for.
  public static let hangup = Readiness(rawValue: EPOLLHUP.rawValue)
  /// Told without being asked for.
  public static let failure = Readiness(rawValue: EPOLLERR.rawValue)
}

/// Waits for descriptors and one deadline, on one thread.
///
/// `epoll(7)`.
///
/// Level-triggered: a handler is called again in the next turn while its descriptor stays ready.
/// Costs nothing while nothing happens: no timer runs unless there is a deadline.
public final class EventLoop {
  /// One `add`, never confused with another, even of the same descriptor or number.
  public struct Registration: Hashable, Sendable {
    let id: UInt64
  }

  public typealias Handler = (Readiness) -> Void

  private struct Entry {
    /// Kept open while it is watched, so that its number cannot come to mean another file.
    let descriptor: Descriptor
    let handler: Handler
  }

  private let epoll: Descriptor
  private let timer: DeadlineTimer
  private var entries: [UInt64: Entry] = [:]
  /// 0 is the timer's.
  ///
  /// Never reused: a stale event finds no entry.
  private var nextID: UInt64 = 1
  private var events = [epoll_event](repeating: epoll_event(), count: 64)
  private var isInTurn = false
  /// Whether the last turn has dispatched as much as one can, so that more may have been ready.
  public private(set) var wasFull = false

  /// When `onDeadline` is to be called, in nanoseconds of `Clock.monotonic`; nil: not at all.
  ///
  /// Set back to nil just before the call. The kernel hears of changes when the loop waits.
  public var deadline: Int64?

  /// Called at the end of a turn when the deadline has come.
  public var onDeadline: () -> Void = {}

  /// Called once, as the last thing before the next turn that may wait does so.
  ///
  /// Not to throw away what is needed to come that far, and bring it back at once.
  public var beforeWaiting: (() -> Void)?

  public init() throws(Errno) {
    epoll = Descriptor(owning: try systemCall { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    timer = try DeadlineTimer()
    try control(EPOLL_CTL_ADD, timer.descriptor, id: 0, [.readable])
  }

  /// How many descriptors are watched.
  public var registrationCount: Int { entries.count }
}

extension EventLoop {
  /// Watches a descriptor, keeping it open, until `remove`.
  ///
  /// EEXIST: it is watched already. EPERM: files and folders are always ready and cannot be
  /// watched. ENOSPC: `/proc/sys/fs/epoll/max_user_watches`. `epoll_ctl(2)`.
  public func add(
    _ descriptor: Descriptor, for readiness: Readiness, _ handler: @escaping Handler
  ) throws(Errno) -> Registration {
    let id = nextID
    try control(EPOLL_CTL_ADD, descriptor, id: id, readiness)
    nextID += 1
    entries[id] = Entry(descriptor: descriptor, handler: handler)
    return Registration(id: id)
  }

  /// Changes what to hear of; with an empty set only hang-ups and failures.
  ///
  /// ENOENT: was removed.
  public func modify(
    _ registration: Registration, for readiness: Readiness
  ) throws(Errno) {
    guard let entry = entries[registration.id] else { throw .noSuchFileOrDirectory }
    try control(EPOLL_CTL_MOD, entry.descriptor, id: registration.id, readiness)
  }

  /// Stops watching.
  ///
  /// From now on its handler is not called, not even for an event that was already collected in
  /// this turn. Not an error when it was removed before.
  public func remove(_ registration: Registration) {
    guard let entry = entries.removeValue(forKey: registration.id) else { return }
    // Needed even where the descriptor is closed next: a child may have inherited a copy.
    try? control(EPOLL_CTL_DEL, entry.descriptor, id: registration.id, [])
  }

  private func control(
    _ operation: Int32, _ descriptor: Descriptor, id: UInt64, _ readiness: Readiness
  ) throws(Errno) {
    var event = epoll_event()
    event.events = readiness.rawValue
    event.data.u64 = id
    try systemCall { epoll_ctl(epoll.rawValue, operation, descriptor.rawValue, &event) }
  }
}

extension EventLoop {
  /// Waits once, calls the handlers of what is ready, then `onDeadline` if it is time.
  ///
  /// With `block` it waits until something is ready or the deadline comes; a signal handler ends
  /// the wait too. Returns how many handlers were called. Not to be called from a handler.
  @discardableResult
  public func runTurn(block: Bool) throws(Errno) -> Int {
    precondition(!isInTurn, "a turn within a turn")
    isInTurn = true
    defer { isInTurn = false }
    try timer.arm(deadline)
    let count = try collect(block: block)
    wasFull = count == events.count
    return events.prefix(count).reduce(0) { $0 + dispatch($1) } + callIfDue()
  }

  private func collect(block: Bool) throws(Errno) -> Int {
    if block, let prepare = beforeWaiting {
      beforeWaiting = nil
      prepare()
    }
    do throws(Errno) {
      let count = try systemCallOnce {
        epoll_wait(epoll.rawValue, &events, Int32(events.count), block ? -1 : 0)
      }
      return Int(count)
    } catch {
      if error == .interrupted { return 0 }
      throw error
    }
  }

  private func dispatch(_ event: epoll_event) -> Int {
    guard event.data.u64 != 0 else {
      timer.acknowledge()
      return 0
    }
    guard let entry = entries[event.data.u64] else { return 0 }
    entry.handler(Readiness(rawValue: event.events))
    return 1
  }

  private func callIfDue() -> Int {
    guard let deadline, deadline <= Clock.monotonic else { return 0 }
    self.deadline = nil
    onDeadline()
    return 1
  }

  /// Whether a timer of the kernel runs for this loop; without one, it sleeps until an event.
  package var isTimerArmed: Bool { timer.armed != nil }
}
