internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Tells whoever started this dispatcher how it is: that it serves, what it does, that it lives.
///
/// It is told by the loop, once a turn, and by nothing else: a loop that hangs says nothing, and the
/// service manager's watchdog finds out. No timer of its own beyond what that watchdog asks for.
final class ServiceReporter {
  private let log: DispatcherLog
  private var starter: Starter?
  private(set) var isReady = false
  private var lastStatus = ""
  /// Half of what the service manager waits for a sign of life; nil: it does not.
  private let beatInterval: Int64?
  private var beatAt: Int64?
  private var extendAt: Int64?
  /// What there was no room for and must be heard; with the instant at which it is said again.
  private var unheard: (notification: ServiceNotification, again: Int64)?

  /// So much more time is asked for at once, and asked for again every second while it is needed.
  private static let extensionMicroseconds: Int64 = 30_000_000
  private static let extensionPause: Int64 = 1_000_000_000
  private static let barrierPatience: Int64 = 500_000_000

  /// `isReady`: whoever started this process has heard that it serves, from the program before this.
  init(log: DispatcherLog, isReady: Bool = false) {
    self.log = log
    self.isReady = isReady
    starter = Starter()
    beatInterval =
      starter == nil ? nil : ServiceWatchdog.microseconds.map { max(1, $0 / 2) * 1_000 }
  }

  var hasListener: Bool { starter != nil }

  /// When the loop must come round, by the monotonic clock; nil for never.
  var deadline: Int64? {
    guard starter != nil else { return nil }
    return [beatAt, extendAt, unheard?.again].compactMap { $0 }.min()
  }

  /// It serves from now on.
  func ready(_ status: String, at now: Int64) {
    lastStatus = status
    send(.ready(status: status))
    isReady = true
    extendAt = nil
    if beatInterval != nil { beat(at: now) }
  }

  func status(_ line: String) {
    guard line != lastStatus else { return }
    lastStatus = line
    send(.status(line))
  }

  func reloading(at now: Int64) { send(.reloading(monotonic: now / 1_000)) }

  /// Another process is the service's main one from now on, and speaks for it.
  ///
  /// Throws when that cannot be said now. Without anybody who listens it need not be said.
  func mainProcess(_ pid: Int32) throws(Errno) { try starter?.send(.mainProcess(pid)) }

  /// How long there may be no sign of life, in nanoseconds; nil: for ever.
  var watchdogSpan: Int64? { beatInterval.map { $0 * 2 } }

  func stopping(_ status: String) {
    lastStatus = status
    send(.stopping(status: status))
  }

  /// Whether the last turn came round for a sign of life.
  private(set) var hasJustBeaten = false

  /// A turn of the loop has come to its end.
  func turned(at now: Int64) {
    hasJustBeaten = beatAt.map { $0 <= now } ?? false
    if hasJustBeaten { beat(at: now) }
    if let (notification, again) = unheard, again <= now {
      unheard = nil
      send(notification)
    }
  }

  private func beat(at now: Int64) {
    send(.watchdog)
    beatAt = beatInterval.map { now + $0 }
  }

  /// What is under way takes its time, and goes on: at most once a second.
  func needsTime(at now: Int64) {
    if let extendAt, extendAt > now { return }
    send(.extendTimeout(microseconds: Self.extensionMicroseconds))
    extendAt = now + Self.extensionPause
  }

  func needsNoMoreTime() { extendAt = nil }

  /// The last word before the process ends: whoever reads it late finds nobody to whom it belongs.
  func settle() { starter?.settle(within: Self.barrierPatience) }

  private func send(_ notification: ServiceNotification) {
    guard let present = starter else { return }
    do throws(Errno) {
      try present.send(notification)
    } catch {
      if error == .wouldBlock || error == .noBufferSpace { return noteFullQueue(notification) }
      starter = nil
      complain(present, error)
    }
  }

  private static let secondTry: Int64 = 100_000_000

  /// Readiness is waited for, so it is said until there is room; the rest is out of date by then.
  private func noteFullQueue(_ notification: ServiceNotification) {
    switch notification {
    case .ready, .reloading: unheard = (notification, Clock.monotonic + Self.secondTry)
    case .status, .stopping, .failed: lastStatus = ""
    case .watchdog, .extendTimeout, .keep, .letGo, .mainProcess: break
    }
  }

  /// `wg service start` goes away as soon as it hears that the dispatcher is ready, as agreed.
  private func complain(_ starter: Starter, _ error: Errno) {
    if isReady && !starter.isServiceManager { return }
    log.warn(
      .dispatcherUnheard,
      "nobody listens at NOTIFY_SOCKET (\(error)): goes on without telling how it is")
  }
}

/// The sign of life that a service manager waits for.
///
/// sd_watchdog_enabled(3).
enum ServiceWatchdog {
  /// Nil when none is asked for, or of another process.
  static var microseconds: Int64? {
    microseconds(
      of: CurrentProcess.variable("WATCHDOG_USEC"), for: CurrentProcess.variable("WATCHDOG_PID"),
      pid: CurrentProcess.pid)
  }

  static func microseconds(of span: String?, for process: String?, pid: Int32) -> Int64? {
    guard let microseconds = span.flatMap(Int64.init), microseconds > 0,
      microseconds <= Int64.max / 1_000
    else { return nil }
    return process == nil || process == String(pid) ? microseconds : nil
  }
}
