internal import Glibc

/// What a service tells the one that started it.
///
/// sd_notify(3).
public enum ServiceNotification: Hashable, Sendable {
  /// It serves from now on.
  case ready(status: String)
  /// One line for people.
  case status(String)
  /// It is ending.
  case stopping(status: String)
  /// It reads its configuration again; `monotonic` in microseconds.
  case reloading(monotonic: Int64)
  /// A sign of life.
  case watchdog
  /// What it does needs this much more time, in microseconds from now.
  case extendTimeout(microseconds: Int64)
  /// Keep the descriptor that comes along, under this name, for the service's next start; also when it
  /// hangs up.
  case keep(name: String)
  /// Let go of the descriptors of this name.
  case letGo(name: String)
  /// Which process is the service's main one from now on.
  case mainProcess(Int32)
  /// It ends because of an error, with its number if it has one.
  case failed(errno: Int32?, status: String)

  /// The protocol's text.
  public var text: String {
    switch self {
    case .ready(let status): "READY=1\nSTATUS=\(Self.line(status))"
    case .status(let status): "STATUS=\(Self.line(status))"
    case .stopping(let status): "STOPPING=1\nSTATUS=\(Self.line(status))"
    case .reloading(let monotonic): "RELOADING=1\nMONOTONIC_USEC=\(monotonic)"
    case .watchdog: "WATCHDOG=1"
    case .extendTimeout(let microseconds): "EXTEND_TIMEOUT_USEC=\(microseconds)"
    case .keep(let name): "FDSTORE=1\nFDNAME=\(name)\nFDPOLL=0"
    case .letGo(let name): "FDSTOREREMOVE=1\nFDNAME=\(name)"
    case .mainProcess(let pid): "MAINPID=\(pid)"
    case .failed(let errno?, let status):
      "STOPPING=1\nERRNO=\(errno)\nSTATUS=\(Self.line(status))"
    case .failed(nil, let status): "STOPPING=1\nSTATUS=\(Self.line(status))"
    }
  }

  private static func line(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}

/// What runs this machine.
public enum BootedSystem {
  /// Whether it is systemd.
  ///
  /// sd_booted(3).
  public static var isSystemd: Bool { access("/run/systemd/system/", F_OK) == 0 }
}
