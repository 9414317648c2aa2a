internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

extension Supervisor {
  /// Supervises until `shutDown`, and returns when no child has a process any more.
  ///
  /// Blocks. `endsOnSignals`: SIGTERM and SIGINT shut down. For that they are blocked in this thread,
  /// for good, and read by signalfd(2), so that this is to be called before other threads are made;
  /// children are not affected.
  public func run(endsOnSignals: Bool = true) throws(SupervisionError) {
    if endsOnSignals { try listenForEnd() }
    while !isFinished { try turn() }
    children.voices.removeFolder()
  }

  /// Whether it was shut down and no child has a process any more.
  public var isFinished: Bool {
    isShuttingDown && driver.machine.liveIDs.isEmpty && !hasWork
  }

  /// One turn: waits until something happens, decides what to do, does it, and tells of it.
  ///
  /// For programs with a loop of their own, and for tests. Blocks, at most for `limit` if there is
  /// one; not at all while there is still something to do. A child's start is part of a turn and
  /// takes about a millisecond.
  public func turn(within limit: Duration? = nil) throws(SupervisionError) {
    let end = limit.map { (Instant(nanoseconds: Clock.monotonic) + TimeSpan($0)).nanoseconds }
    let deadline = [end, children.voices.resumeAt].compactMap { $0 }.min()
    try Self.trying("wait for events") { () throws(Errno) in
      try driver.turn(mayBlock: !hasWork, deadline: deadline)
    }
    children.voices.resume()
    children.forgetLeaving()
    if !driver.hasWork { children.voices.removeSpares() }
    for event in children.takeEvents() { onEvent(event) }
  }

  private var hasWork: Bool { driver.hasWork || children.hasEvents }

  private func listenForEnd() throws(SupervisionError) {
    guard endingSignals == nil else { return }
    endingSignals = try Self.trying("listen for signals") { () throws(Errno) in
      let signals = try SignalDescriptor([.terminate, .interrupt])
      _ = try driver.loop.add(signals.descriptor, for: .readable) { [weak self, signals] _ in
        while (try? signals.read()) != nil { self?.shutDown() }
      }
      return signals
    }
  }
}

extension Supervisor {
  /// A descriptor that is being watched.
  public struct Watch: Hashable, Sendable {
    let registration: EventLoop.Registration
  }

  /// Calls the closure whenever the descriptor can be read, or has nobody at its other end.
  ///
  /// Called on the supervisor's thread, again in each turn while that stays so; it must not block,
  /// nor call `run` or `turn`. The caller keeps the descriptor; a copy of it, close-on-exec, is held
  /// until `cancel`. Throws when the descriptor is not open, or is a file or folder, which are
  /// always readable. epoll(7).
  public func watch(
    _ descriptor: Int32, whenReadable body: @escaping () -> Void
  ) throws(SupervisionError) -> Watch {
    let registration = try Self.trying("watch descriptor \(descriptor)") { () throws(Errno) in
      try driver.loop.add(try Descriptor(copying: descriptor), for: .readable) { _ in body() }
    }
    return Watch(registration: registration)
  }

  /// Ends a watch and closes the copy of its descriptor.
  ///
  /// Not an error when it has ended.
  public func cancel(_ watch: Watch) { driver.loop.remove(watch.registration) }
}
