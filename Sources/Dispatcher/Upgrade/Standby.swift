internal import LinuxSystem
internal import SystemPackage

/// This program in a second process, which goes on should the next one not come to serve, whatever
/// becomes of it.
///
/// It holds every descriptor that the state names, and has proven that it can read the state, before
/// the next program is executed. It is this process's sibling: whoever is told of this one's end is
/// told of its end too.
struct Standby {
  let process: ProcessDescriptor
  let link: StandbyLink

  /// `STATE:LINK:PROCESS:SECONDS`: the descriptors of the state, of the link and of the process whose
  /// place is taken, and for how long it may not serve.
  static let variable = "WG_STANDBY"

  /// Longer than the next program has, which calls this one back by itself where it can.
  private static let lead: Int64 = 5

  /// Starts it; waits until it is prepared, or for `patience` nanoseconds.
  ///
  /// `state` is in `file`; `seconds` are the next program's.
  static func prepare(
    _ state: DispatcherState, in file: Descriptor, keeper: KeeperLink?, seconds: Int64,
    patience: Int64
  ) throws -> Standby {
    let kept = [file.rawValue] + state.descriptors
    let standby = try start(
      FilePath("/proc/self/fd/\(state.upgrade.former)"), state: file.rawValue,
      seconds: seconds + lead, keeping: kept + [keeper?.descriptor.rawValue].compactMap(\.self))
    guard standby.link.hear(until: .after(nanoseconds: patience)) == .prepared else {
      standby.end()
      throw StateError("this program cannot be prepared to be called back")
    }
    return standby
  }

  /// The other end of the link is the new process's alone when this returns: its end is heard.
  private static func start(
    _ program: FilePath, state: Int32, seconds: Int64, keeping kept: [Int32]
  ) throws -> Standby {
    let (own, other) = try UnixStream.pair()
    let main = try ProcessDescriptor.open(CurrentProcess.pid)
    let (link, process) = (other.descriptor.rawValue, main.descriptor.rawValue)
    var request = SpawnRequest(
      executable: program, arguments: CommandLine.arguments,
      environment: CurrentProcess.environment()
        + ["\(variable)=\(state):\(link):\(process):\(seconds)"])
    request.placement = .inherited
    request.isSibling = true
    request.keptDescriptors = [0, 1, 2, link, process] + kept
    let started = try withExtendedLifetime((other, main)) { try Spawn.run(request) }
    return Standby(process: started.descriptor, link: StandbyLink(stream: own))
  }

  /// Its parent reaps it.
  private func end() { try? process.signal(.kill) }
}
