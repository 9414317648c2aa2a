/// Who will know how a handler ended while there was no dispatcher: what is in force, not what could be.
///
/// wg-dispatcher(8), HOW ADOPTED HANDLERS END.
public enum UnwatchedEnds: Equatable, Sendable {
  /// The service manager keeps a descriptor of each handler's process, and the kernel tells by it.
  case serviceManager
  /// The dispatcher's parent learns it.
  case keeper
  /// Nobody.
  case unknown(Cause)

  /// Why nobody does.
  public enum Cause: String, Error, CaseIterable, Sendable {
    /// The dispatcher is no service of systemd, and has no keeper.
    case noKeeper = "no-keeper"
    /// It had one.
    case keeperLost = "keeper-lost"
    /// Under systemd, on a kernel that tells an exit status to the parent alone.
    case oldKernel = "old-kernel"
    /// The service manager lets go of what it is to keep.
    case storeRefused = "store-refused"
  }

  /// `service-manager`, `keeper` or `unknown`.
  public var name: String {
    switch self {
    case .serviceManager: "service-manager"
    case .keeper: "keeper"
    case .unknown: "unknown"
    }
  }

  public var cause: Cause? { if case .unknown(let cause) = self { cause } else { nil } }

  /// In words, as the status line and the log have it.
  public var sentence: String {
    switch self {
    case .serviceManager: "known to the service manager"
    case .keeper: "known to the keeper"
    case .unknown(.noKeeper): "unknown, there is no keeper"
    case .unknown(.keeperLost): "unknown, the keeper is gone"
    case .unknown(.oldKernel): "unknown, Linux tells them from 6.15 on"
    case .unknown(.storeRefused): "unknown, the service manager keeps no descriptors"
    }
  }

  public static let subject = "ends without a dispatcher"
}

extension UnwatchedEnds {
  /// Reads the members `unwatched_ends` and `unwatched_ends_cause`; nil for a word of another version.
  init?(name: String?, cause: String?) {
    switch name {
    case Self.serviceManager.name: self = .serviceManager
    case Self.keeper.name: self = .keeper
    case "unknown":
      guard let cause = cause.flatMap(Cause.init(rawValue:)) else { return nil }
      self = .unknown(cause)
    default: return nil
    }
  }
}
