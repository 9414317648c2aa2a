internal import Glibc
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// Why a run cannot be tried.
struct LaunchProblem: Error {
  let problem: SpawnProblem
  let reason: String

  init(_ problem: SpawnProblem, _ reason: String) {
    self.problem = problem
    self.reason = reason
  }
}

/// Makes the request that starts a child's program.
struct ChildLaunch {
  /// `socket` is what NOTIFY_SOCKET says; nil: the program is not listened to.
  func request(
    for child: ChildSpecification, socket: String?
  ) throws(LaunchProblem) -> SpawnRequest {
    SpawnRequest(
      executable: try executable(of: child), arguments: [child.program] + child.arguments,
      environment: environment(of: child, socket: socket),
      directory: child.workingDirectory.map { FilePath($0) },
      descriptors: try streams(of: child), placement: .ownSession, isSubreaper: true)
  }

  private func executable(of child: ChildSpecification) throws(LaunchProblem) -> FilePath {
    if child.program.contains("/") { return FilePath(child.program) }
    let path = CurrentProcess.variable("PATH")
    guard let found = ExecutableSearch.find(child.program, path: path) else {
      throw LaunchProblem(.program, "there is no program `\(child.program)` in PATH")
    }
    return found
  }

  private func environment(of child: ChildSpecification, socket: String?) -> [String] {
    var own = child.environment
    if let socket { own["NOTIFY_SOCKET"] = socket }
    // Without WATCHDOG_PID: the number of a process that does not exist yet is not known.
    if let watchdog = child.watchdog {
      own["WATCHDOG_USEC"] = "\(TimeSpan(watchdog).nanoseconds / 1_000)"
    }
    let inherited = child.inheritsEnvironment ? CurrentProcess.environmentToPassOn() : []
    let kept = inherited.filter { own[String($0.prefix { $0 != "=" })] == nil }
    return kept + own.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  private func streams(
    of child: ChildSpecification
  ) throws(LaunchProblem) -> [SpawnRequest.Inheritance] {
    switch child.output {
    case .discarded: return []
    case .inherited:
      let copies = [1, 2].compactMap { number in
        (try? Descriptor(copying: number)).map { SpawnRequest.Inheritance($0, as: number) }
      }
      return copies
    case .file(let path):
      let file = try open(path)
      return [1, 2].map { SpawnRequest.Inheritance(file, as: $0) }
    }
  }

  private func open(_ path: String) throws(LaunchProblem) -> Descriptor {
    do throws(Errno) {
      let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY
      return try Descriptor.open(FilePath(path), flags: flags, mode: 0o600, followsLinks: true)
    } catch {
      throw LaunchProblem(SpawnProblem(error), "cannot open the output file \(path): \(error)")
    }
  }
}
