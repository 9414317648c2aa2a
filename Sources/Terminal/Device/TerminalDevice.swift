internal import CLinuxShims
internal import Glibc
public import LinuxSystem
public import SystemPackage

/// What a terminal shall do for a program while the program has it.
public struct TerminalFeatures: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A screen of its own, which is gone afterwards.
  public static let ownScreen = TerminalFeatures(rawValue: 1)
  /// Reports of buttons and the wheel.
  public static let mouse = TerminalFeatures(rawValue: 2)
  /// Reports of whether the person looks.
  public static let focus = TerminalFeatures(rawValue: 4)
}

/// The terminal that this process was started from, taken over by a program.
///
/// What was typed comes at once and as events; nothing that is written waits for a slow terminal. The
/// terminal is put back as it was in every case in which code can still run: when this object goes,
/// before a signal ends the process (`TerminalEvent.ended`), while it is stopped, and when it
/// crashes. One at a time in a process.
public final class TerminalDevice {
  private let features: TerminalFeatures
  private let terminal: Descriptor
  private let signals: SignalDescriptor
  private var decoder = InputDecoder()
  /// What the terminal had no room for yet.
  private var outgoing: [UInt8] = []
  /// So many bytes of these it has taken.
  private var taken = 0
  private var isEntered = false
  /// Signals that came while the process was being stopped.
  private var unheeded: [Signal] = []

  /// How long the last words may take, in nanoseconds.
  private static let patience: Int64 = 1_000_000_000
  /// How long the very last may, when the terminal did not take what was before them.
  private static let lastPatience: Int64 = 200_000_000
  /// A larger terminal is not believed.
  private static let largestSize: Int32 = 1000

  /// Takes the terminal over.
  ///
  /// From here on signals that would end or stop the process are read, not obeyed.
  ///
  /// - Throws: ENXIO, ENOTTY when there is none.
  public init(_ features: TerminalFeatures) throws(Errno) {
    self.features = features
    terminal = try Self.open()
    signals = try SignalDescriptor(TerminalSignals.watched)
    try enter()
  }

  deinit { leave() }

  /// By the name of the process's terminal, and not by its standard streams: whether reads wait
  /// belongs to an open file, and that one is the shell's too.
  private static func open() throws(Errno) -> Descriptor {
    let flags = O_RDWR | O_NOCTTY | O_NONBLOCK
    do throws(Errno) {
      return try Descriptor.open("/dev/tty", flags: flags)
    } catch {
      // Of no session, as in a container: the one that standard input is.
      let input = try Descriptor.open("/proc/self/fd/0", flags: flags, followsLinks: true)
      guard isatty(input.rawValue) == 1 else { throw Errno(rawValue: ENOTTY) }
      return input
    }
  }

  /// Columns and rows, at most 1000 of each; 80 by 24 where the terminal does not say.
  public var size: Size {
    var columns: Int32 = 0
    var rows: Int32 = 0
    let isKnown = wg_terminal_size(terminal.rawValue, &columns, &rows) == 0
    guard isKnown, columns > 0, rows > 0 else { return Size(columns: 80, rows: 24) }
    return Size(
      columns: Int(min(columns, Self.largestSize)), rows: Int(min(rows, Self.largestSize)))
  }

  /// Whether the terminal has not taken all yet; a frame drawn now would only wait.
  public var isBehind: Bool { !outgoing.isEmpty }

  /// Sends bytes, now or when there is room; a terminal that was given back gets none.
  ///
  /// Never blocks.
  public func write(_ bytes: [UInt8]) throws(Errno) {
    guard isEntered else { return }
    outgoing += bytes
    try flush()
  }

  private func flush() throws(Errno) {
    while !outgoing.isEmpty {
      guard case .wrote(let count) = try terminal.writeAvailable(outgoing[taken...]) else { return }
      taken += count
      if taken == outgoing.count { replaceOutgoing(by: []) }
    }
  }

  private func replaceOutgoing(by bytes: [UInt8]) {
    outgoing = bytes
    taken = 0
  }
}

extension TerminalDevice {
  private func enter() throws(Errno) {
    let farewell = Array(TerminalModes.leaving(features).utf8)
    try systemCall {
      farewell.withUnsafeBytes { wg_terminal_enter(terminal.rawValue, $0.baseAddress, $0.count) }
    }
    isEntered = true
    try write(Array(TerminalModes.entering(features).utf8))
  }

  /// Gives the terminal back as it was found; may wait a second for it to take what is left.
  ///
  /// In the background the terminal is somebody else's, and was put back by whoever took it.
  public func leave() {
    guard isEntered else { return }
    isEntered = false
    if wg_terminal_is_elsewhere(terminal.rawValue) == 0 { sayFarewell() }
    replaceOutgoing(by: [])
    // Nothing can be done about a terminal that is gone.
    _ = wg_terminal_leave(terminal.rawValue)
  }

  private func sayFarewell() {
    let farewell = Array(TerminalModes.leaving(features).utf8)
    outgoing += farewell
    drain(until: .after(nanoseconds: Self.patience))
    guard isBehind else { return }
    // The modes matter more than the rest of a picture, which may end within a sequence.
    tcflush(terminal.rawValue, TCOFLUSH)
    replaceOutgoing(by: [TerminalModes.cancel] + farewell)
    drain(until: .after(nanoseconds: Self.lastPatience))
  }

  private func drain(until deadline: Deadline) {
    while isBehind {
      guard (try? flush()) != nil, isBehind else { return }
      guard (try? terminal.wait(for: .writable, until: deadline)) == true else { return }
    }
  }

  /// Stops the process, and those it runs together with, as Control-Z does.
  ///
  /// Returns when it goes on; what is on the screen is not known then.
  public func suspend() throws(Errno) { try pause(TerminalSignals.stopGroup) }

  private func pause(_ stop: () -> Void) throws(Errno) {
    leave()
    stop()
    // That it goes on has been seen to.
    while let signal = try signals.read()?.signal {
      if signal != .continue { unheeded.append(signal) }
    }
    // Ended while it was stopped: the terminal is the shell's.
    if !unheeded.contains(where: { TerminalSignals.ending.contains($0) }) { try enter() }
  }

  /// Ends this process by a signal that it was sent, as if it had not been held back.
  public func end(by signal: Signal) {
    leave()
    TerminalSignals.obey(signal)
  }
}

extension TerminalDevice {
  /// Waits for something to happen, here or at one of the other descriptors.
  ///
  /// - Returns: what happened here, and which of the others are readable or hung up. Both may be
  ///   empty: the deadline has come, or the terminal has taken what it was behind with.
  public func events(
    or others: [Descriptor], until deadline: Deadline
  ) throws(Errno) -> (events: [TerminalEvent], ready: [Bool]) {
    var wanted: [(Descriptor, Descriptor.Condition)] = [
      (terminal, .readable), (signals.descriptor, .readable),
    ]
    wanted += others.map { ($0, .readable) }
    if isBehind { wanted.append((terminal, .writable)) }
    let ready = try Descriptor.wait(
      forAny: wanted, until: unheeded.isEmpty ? patience(until: deadline) : .now)
    if isBehind { try flush() }
    var events = try receivedSignals()
    events += ready[0] ? try typed() : expired()
    return (events, Array(ready[2..<2 + others.count]))
  }

  private func patience(until deadline: Deadline) -> Deadline {
    deadline.orEarlier(decoder.deadline.map { .at($0) })
  }

  private func typed() throws(Errno) -> [TerminalEvent] {
    do throws(Errno) {
      switch try terminal.readAvailable() {
      case .bytes(let bytes):
        return decoder.decode(bytes, at: Clock.monotonic).map { .input($0) }
      case .wouldBlock: return expired()
      case .endOfStream: return [.closed]
      }
    } catch {
      // Hung up, it does not even say that it is a terminal.
      if error == .ioError { return [.closed] }
      throw error
    }
  }

  private func expired() -> [TerminalEvent] {
    decoder.expire(at: Clock.monotonic).map { .input($0) }
  }

  private func receivedSignals() throws(Errno) -> [TerminalEvent] {
    var events: [TerminalEvent] = []
    while let signal = try nextSignal() {
      switch signal {
      case .windowChange: events.append(.resized(size))
      // Whoever stopped it from outside may have changed the terminal's settings since.
      case .continue:
        try pause {}
        events.append(.resumed)
      case .terminalStop:
        try pause(TerminalSignals.stop)
        events.append(.resumed)
      // The last thing that happens: what follows must not take the terminal again.
      case let other: return events + [.ended(other)]
      }
    }
    return events
  }

  private func nextSignal() throws(Errno) -> Signal? {
    if !unheeded.isEmpty { return unheeded.removeFirst() }
    return try signals.read()?.signal
  }
}

extension Deadline {
  fileprivate func orEarlier(_ other: Deadline?) -> Deadline {
    switch (self, other) {
    case (_, nil), (.now, _): self
    case (_, .now?): .now
    case (.never, let other?): other
    case (_, .never?): self
    case (.at(let first), .at(let second)?): .at(min(first, second))
    }
  }
}
