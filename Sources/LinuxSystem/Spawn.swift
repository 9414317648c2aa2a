internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// A process that was just started; a child of this one, to be reaped through its descriptor, unless a
/// sibling was asked for.
public struct SpawnedProcess {
  public let descriptor: ProcessDescriptor
  /// Why the process is not in the control group that was asked for; nil when it is, or none was.
  public let cgroupRefusal: Errno?

  /// The number of the process, of its session and of its group where it has its own.
  public var pid: Int32 { descriptor.pid }
}

/// Starts programs.
public enum Spawn {
  /// Starts a program, returning when it has been executed; blocks this thread until then.
  ///
  /// When it throws, no process is left, not even a zombie. SIGCHLD must not be ignored in this
  /// process, or exit statuses are lost. `clone(2)` with CLONE_PIDFD, CLONE_VM and CLONE_VFORK.
  public static func run(_ request: SpawnRequest) throws(SpawnFailure) -> SpawnedProcess {
    let strings = try PreparedStrings(request)
    let result = withExtendedLifetime(request) { run(request, strings) }
    if result.stage != WG_STAGE_NONE { throw SpawnFailure(result) }
    return SpawnedProcess(
      descriptor: ProcessDescriptor(pid: result.pid, owning: result.pidfd),
      cgroupRefusal: result.cgroup_error == 0 ? nil : Errno(rawValue: result.cgroup_error))
  }

  private static func run(
    _ request: SpawnRequest, _ strings: borrowing PreparedStrings
  ) -> wg_spawn_result {
    var pairs = request.descriptors.map {
      wg_descriptor_pair(parent: $0.descriptor.rawValue, child: $0.number)
    }
    pairs += request.keptDescriptors.map { wg_descriptor_pair(parent: $0, child: $0) }
    var result = wg_spawn_result()
    strings.withPointers { argv, envp, path, directory in
      pairs.withUnsafeMutableBufferPointer { pairs in
        var low = wg_spawn_request()
        low.path = path
        low.argv = argv
        low.envp = envp
        low.directory = directory
        low.descriptors = pairs.baseAddress
        low.descriptor_count = pairs.count
        low.placement = request.placement.lowLevel
        low.subreaper = request.isSubreaper ? 1 : 0
        low.sibling = request.isSibling ? 1 : 0
        low.terminal = request.controllingTerminal ?? -1
        low.cgroup = request.controlGroup?.rawValue ?? -1
        low.without = request.without.rawValue
        wg_spawn(&low, &result)
      }
    }
    return result
  }
}

extension SpawnRequest.Placement {
  var lowLevel: wg_placement {
    switch self {
    case .ownSession: WG_OWN_SESSION
    case .ownGroup: WG_OWN_GROUP
    case .inherited: WG_INHERITED
    }
  }
}

/// The strings of a request as C wants them, made before the clone since its child may not allocate.
private struct PreparedStrings: ~Copyable {
  private typealias CString = UnsafeMutablePointer<CChar>
  private let arguments: [CString?]
  private let environment: [CString?]
  private let paths: [CString?]

  init(_ request: borrowing SpawnRequest) throws(SpawnFailure) {
    let directory = request.directory.map { [$0.string] } ?? []
    let paths = [request.executable.string] + directory
    let all = request.arguments + request.environment + paths
    let numbers = request.descriptors.map(\.number) + [request.controllingTerminal ?? 0]
    guard !all.contains(where: { $0.utf8.contains(0) }), numbers.allSatisfy({ $0 >= 0 }) else {
      throw SpawnFailure(stage: .request, errno: .invalidArgument)
    }
    arguments = request.arguments.map { strdup($0) } + [nil]
    environment = request.environment.map { strdup($0) } + [nil]
    self.paths = paths.map { strdup($0) }
  }

  func withPointers(
    _ body: (
      UnsafePointer<UnsafeMutablePointer<CChar>?>?, UnsafePointer<UnsafeMutablePointer<CChar>?>?,
      UnsafePointer<CChar>?, UnsafePointer<CChar>?
    ) -> Void
  ) {
    let path = paths.first.flatMap { UnsafePointer($0) }
    let directory = paths.dropFirst().first.flatMap { UnsafePointer($0) }
    arguments.withUnsafeBufferPointer { arguments in
      environment.withUnsafeBufferPointer { environment in
        body(arguments.baseAddress, environment.baseAddress, path, directory)
      }
    }
  }

  deinit {
    for string in arguments + environment + paths { free(string) }
  }
}
