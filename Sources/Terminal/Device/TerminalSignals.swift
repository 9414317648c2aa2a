internal import Glibc
internal import LinuxSystem

/// The signals of somebody who sits at a terminal.
enum TerminalSignals {
  static let ending: [Signal] = [.hangup, .interrupt, .quit, .terminate]
  static let watched: [Signal] = ending + [.windowChange, .terminalStop, .continue]

  /// Stops this process group, as the terminal does; returns when this process goes on.
  static func stopGroup() { unblocked(.terminalStop) { kill(0, Signal.terminalStop.rawValue) } }

  /// Stops this process; returns when it goes on.
  static func stop() { unblocked(.terminalStop) { raise(Signal.terminalStop.rawValue) } }

  /// Does what the signal does to a process that does not care.
  static func obey(_ signal: Signal) {
    SignalDisposition.standard.set(for: signal)
    unblocked(signal) { raise(signal.rawValue) }
  }

  private static func unblocked(_ signal: Signal, _ body: () -> Int32) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal.rawValue)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    _ = body()
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }
}
