internal import CLinuxShims
public import SystemPackage

/// What to start, and with what; all else the new process gets is clean.
///
/// Signals: every disposition is the default and none is blocked, whatever this process does.
/// Descriptors: those listed and no others; 0, 1 and 2 are `/dev/null` unless listed.
public struct SpawnRequest {
  /// The session and process group of the new process.
  public enum Placement: Sendable {
    /// A new session, hence a new group, without a terminal. `setsid(2)`.
    case ownSession
    /// A new group in this session.
    case ownGroup
    /// Where this process is.
    case inherited
  }

  /// A descriptor of this process and the number it shall have in the new one.
  public struct Inheritance {
    public let descriptor: Descriptor
    public let number: Int32

    public init(_ descriptor: Descriptor, as number: Int32) {
      self.descriptor = descriptor
      self.number = number
    }
  }

  /// Not looked up in PATH.
  ///
  /// When relative, then to `directory`.
  public var executable: FilePath
  /// All of argv, its first element included.
  public var arguments: [String]
  /// `NAME=value`, nothing added.
  public var environment: [String]
  /// Where the program starts; nil: where this process is.
  public var directory: FilePath?
  public var descriptors: [Inheritance]
  /// Numbers of descriptors of this process that mean the same in the new one.
  public var keptDescriptors: [Int32] = []
  public var placement: Placement
  /// Whether orphans among its descendants become its children.
  ///
  /// `PR_SET_CHILD_SUBREAPER`.
  public var isSubreaper: Bool
  /// Whether it is the child of this process's parent, which reaps it, and not this one's.
  ///
  /// `CLONE_PARENT`.
  public var isSibling = false
  /// The new process's number of a terminal that controls its new session.
  ///
  /// `TIOCSCTTY`.
  public var controllingTerminal: Int32?
  /// An open cgroup v2 folder to be born in.
  ///
  /// Where the kernel lacks CLONE_INTO_CGROUP (before 5.7) or a filter forbids clone3, the process
  /// moves there before it executes the program. When that is refused too, it starts in this one's
  /// group and `SpawnedProcess.cgroupRefusal` says why.
  public var controlGroup: Descriptor?
  /// Kernel features to do without, for tests of the fallbacks.
  package var without: KernelFeature = []

  public init(
    executable: FilePath, arguments: [String], environment: [String] = [],
    directory: FilePath? = nil, descriptors: [Inheritance] = [],
    placement: Placement = .ownSession, isSubreaper: Bool = false,
    controllingTerminal: Int32? = nil, controlGroup: Descriptor? = nil
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.descriptors = descriptors
    self.placement = placement
    self.isSubreaper = isSubreaper
    self.controllingTerminal = controllingTerminal
    self.controlGroup = controlGroup
  }
}

/// What newer kernels have and spawning can do without.
package struct KernelFeature: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let clone3 = KernelFeature(rawValue: UInt32(WG_WITHOUT_CLONE3.rawValue))
  package static let closeRange = KernelFeature(rawValue: UInt32(WG_WITHOUT_CLOSE_RANGE.rawValue))
  package static let processFolder = KernelFeature(rawValue: UInt32(WG_WITHOUT_PROC.rawValue))
}
