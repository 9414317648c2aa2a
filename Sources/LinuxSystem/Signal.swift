internal import Glibc

/// A signal's number.
///
/// `signal(7)`.
public struct Signal: RawRepresentable, Hashable, Sendable {
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let hangup = Signal(rawValue: SIGHUP)
  public static let interrupt = Signal(rawValue: SIGINT)
  public static let quit = Signal(rawValue: SIGQUIT)
  public static let abort = Signal(rawValue: SIGABRT)
  public static let kill = Signal(rawValue: SIGKILL)
  public static let user1 = Signal(rawValue: SIGUSR1)
  public static let user2 = Signal(rawValue: SIGUSR2)
  public static let segmentationFault = Signal(rawValue: SIGSEGV)
  public static let brokenPipe = Signal(rawValue: SIGPIPE)
  public static let alarm = Signal(rawValue: SIGALRM)
  public static let terminate = Signal(rawValue: SIGTERM)
  public static let child = Signal(rawValue: SIGCHLD)
  public static let `continue` = Signal(rawValue: SIGCONT)
  public static let stop = Signal(rawValue: SIGSTOP)
  /// Control-Z: stop, unless the process has something to put right first.
  public static let terminalStop = Signal(rawValue: SIGTSTP)
  public static let windowChange = Signal(rawValue: SIGWINCH)
}

extension Signal: CustomStringConvertible {
  /// `SIGTERM`, or `SIGRTMIN+3`, or `signal 99` for a number that is none.
  public var description: String {
    if let name = Self.names[rawValue] { return name }
    return (34...64).contains(rawValue) ? "SIGRTMIN+\(rawValue - 34)" : "signal \(rawValue)"
  }

  /// The signal called `SIGTERM` or `TERM`, in any case; nil when there is none.
  public init?(name: String) {
    let upper = name.uppercased()
    let full = upper.hasPrefix("SIG") ? upper : "SIG" + upper
    guard let found = Self.names.first(where: { $0.value == full }) else { return nil }
    rawValue = found.key
  }

  private static let names: [Int32: String] = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
    SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL",
    SIGUSR1: "SIGUSR1", SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE",
    SIGALRM: "SIGALRM", SIGTERM: "SIGTERM", SIGCHLD: "SIGCHLD", SIGCONT: "SIGCONT",
    SIGSTOP: "SIGSTOP", SIGTSTP: "SIGTSTP", SIGTTIN: "SIGTTIN", SIGTTOU: "SIGTTOU",
    SIGURG: "SIGURG", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ", SIGVTALRM: "SIGVTALRM",
    SIGPROF: "SIGPROF", SIGWINCH: "SIGWINCH", SIGIO: "SIGIO", SIGPWR: "SIGPWR", SIGSYS: "SIGSYS",
  ]
}
