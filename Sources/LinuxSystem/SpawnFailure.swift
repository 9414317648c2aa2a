internal import CLinuxShims
public import SystemPackage

/// Why a program was not started: the step that failed, and the kernel's reason.
public struct SpawnFailure: Error, Hashable, Sendable {
  public enum Stage: String, Sendable {
    /// A string with a NUL byte, or a number that cannot be a descriptor: nothing was tried.
    case request
    case stack
    case clone
    case placement
    case subreaper
    case directory
    case descriptors
    case terminal
    case execute
  }

  public let stage: Stage
  public let errno: Errno

  public init(stage: Stage, errno: Errno) {
    self.stage = stage
    self.errno = errno
  }

  init(_ result: wg_spawn_result) {
    self.init(stage: Stage(result.stage), errno: Errno(rawValue: result.error))
  }
}

extension SpawnFailure.Stage {
  init(_ stage: wg_spawn_stage) {
    switch stage {
    case WG_STAGE_STACK: self = .stack
    case WG_STAGE_PLACEMENT: self = .placement
    case WG_STAGE_SUBREAPER: self = .subreaper
    case WG_STAGE_DIRECTORY: self = .directory
    case WG_STAGE_DESCRIPTORS: self = .descriptors
    case WG_STAGE_TERMINAL: self = .terminal
    case WG_STAGE_EXECUTE: self = .execute
    default: self = .clone
    }
  }
}

extension SpawnFailure: CustomStringConvertible {
  /// `cannot execute the program: No such file or directory`.
  public var description: String { "cannot \(attempt): \(errno)" }

  private var attempt: String {
    switch stage {
    case .request: "pass the arguments"
    case .stack: "get memory for the new process"
    case .clone: "make a process"
    case .placement: "make a session or process group"
    case .subreaper: "become a subreaper"
    case .directory: "enter the working directory"
    case .descriptors: "hand over the descriptors"
    case .terminal: "get the controlling terminal"
    case .execute: "execute the program"
    }
  }
}
