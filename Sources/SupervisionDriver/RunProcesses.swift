internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// Every process of one run: the leader, and what it leaves behind.
///
/// The leader is a session and group leader and the reaper of its own orphans, so while it lives
/// everything it started lives below it. When it ends, what is left becomes this process's child,
/// or, for an adopted leader, is found by its group. A leader that has ended is not reaped before
/// the rest is gone: its number, which is the group's, cannot be given to anybody else meanwhile.
///
/// A control group, where there is one, holds all of them by itself: whoever started them, whatever
/// session they went to, and whichever dispatcher's they were.
final class RunProcesses {
  let child: ChildID
  let incarnation: Incarnation
  /// The leader's number.
  let pid: Int32
  /// Nil when it had ended before anybody here could open it.
  let leader: ProcessDescriptor?
  /// Of a leader that this process did not start: by which others know it.
  let identity: ProcessIdentity?
  let isExternal: Bool
  /// How the leader ended, once it has.
  var exit: SupervisionCore.ExitStatus?
  /// Whether the core was told that the leader ended.
  var isReported = false
  /// Processes that outlived the leader, by number.
  var leftovers: [Int32: WatchedProcess] = [:]
  var registration: EventLoop.Registration?
  /// Holds the run's processes and no others.
  let group: ControlGroup?
  /// Looked at while the leader is gone and the group is not empty.
  var population: WatchedPopulation?
  /// How many of the processes this one has reaped.
  var reaped = 0
  /// The last signal that asked the run to end: who turns up later gets it too.
  var ending: Signal?
  /// Whether it was told to end.
  var isEnding: Bool { ending != nil }

  /// Of a child of this process.
  init(
    child: ChildID, incarnation: Incarnation, leader: ProcessDescriptor, group: ControlGroup?
  ) {
    self.child = child
    self.incarnation = incarnation
    pid = leader.pid
    self.leader = leader
    identity = nil
    isExternal = false
    self.group = group
  }

  /// Of a process that an earlier supervisor started, or somebody else.
  init(child: ChildID, incarnation: Incarnation, earlier: EarlierRun, group: ControlGroup?) {
    self.child = child
    self.incarnation = incarnation
    pid = earlier.pid
    isExternal = true
    self.group = group
    switch earlier {
    case .alive(let process):
      leader = process
      identity = .of(process.pid)
    case .ended(_, let status, let process):
      leader = process
      identity = nil
      exit = status
    }
  }

  /// Signals the group and every process that left it.
  ///
  /// A process that is gone is no error.
  func signal(_ signal: Signal) {
    if signal == .terminate || signal == .abort || signal == .kill { ending = signal }
    // The number of an adopted leader that has ended may be somebody else's by now.
    if !(isExternal && exit != nil) { signalLeader(signal) }
    for process in leftovers.values { try? process.descriptor.signal(signal) }
    signalGroup(signal)
    // A stopped process acts on nothing but SIGKILL until it goes on.
    if signal == .terminate || signal == .abort { self.signal(.continue) }
  }

  /// An adopted leader need not lead a group: then it is signalled alone, for the group that it is
  /// in belongs to others.
  private func signalLeader(_ signal: Signal) {
    if (try? leader?.signalGroup(signal)) == nil { try? leader?.signal(signal) }
  }

  /// While the leader lives, it is the leader's part to end what it started; SIGKILL leaves it no time
  /// to.
  private func signalGroup(_ signal: Signal) {
    guard let group else { return }
    if signal == .kill { try? group.kill() } else if exit != nil { try? group.signal(signal) }
  }

  /// Collects a process that has ended, if it is this one's child.
  func reap(_ process: ProcessDescriptor) {
    if (try? process.reap()) != nil { reaped += 1 }
  }

  /// Whether the process is in the run's control group or below.
  func holds(_ pid: Int32) -> Bool {
    guard let group, let place = ControlGroup.of(pid) else { return false }
    return place.path.starts(with: group.path)
  }

  /// The processes that are known, without the leader.
  var others: [Int32] {
    let members = group.flatMap { try? $0.processes() } ?? []
    return Set(leftovers.keys).union(members).subtracting([pid]).sorted()
  }

  /// Counts a process in that was found only now.
  func add(_ process: WatchedProcess) {
    leftovers[process.descriptor.pid] = process
    guard let ending else { return }
    try? process.descriptor.signal(ending)
    if ending == .terminate || ending == .abort { try? process.descriptor.signal(.continue) }
  }
}

/// A process other than the leader, and its place in the loop.
final class WatchedProcess {
  let descriptor: ProcessDescriptor
  var registration: EventLoop.Registration?

  init(_ descriptor: ProcessDescriptor) { self.descriptor = descriptor }
}

/// A control group's population, and its place in the loop.
final class WatchedPopulation {
  let population: GroupPopulation
  var registration: EventLoop.Registration?

  init(_ population: GroupPopulation) { self.population = population }
}
