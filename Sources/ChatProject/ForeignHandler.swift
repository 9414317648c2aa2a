internal import LinuxSystem

/// A handler that this process did not start, and all that hangs on it.
///
/// Whoever was once seen as part of it stays part of it, by a descriptor that cannot come to mean
/// another process, also when its parent dies and it is handed to somebody else.
final class ForeignHandler {
  private let leaders: [Leader]
  private let user: UInt32?
  private var members: [Int32: Member] = [:]
  /// Those of another user than the one whose processes may be ended.
  private var others: [Int32: Member] = [:]
  /// Everybody who ever belonged to it, those that it was known by first.
  private(set) var everSeen: [Int32] = []

  /// A process that the handler is known by.
  private struct Leader {
    let pid: Int32
    let start: UInt64
    /// Its own group or session carries its number; a handler started from somebody's shell may
    /// sit in a group that is not its own, which must not be touched as a whole.
    let leadsGroup: Bool
  }

  private struct Member {
    let start: UInt64
    let descriptor: ProcessDescriptor
  }

  /// Nil when the processes are gone already, or must not be touched: init and this very program.
  /// - Parameter user: whose processes may be ended; nil for everybody's.
  init?(_ pids: [Int32], of user: UInt32?, in picture: ProcessPicture) {
    self.user = user
    leaders = pids.compactMap { pid in
      guard let status = picture.status(pid) else { return nil }
      return Leader(pid: pid, start: status.startTicks, leadsGroup: status.group == pid)
    }
    for leader in leaders { picture.status(leader.pid).map(take) }
    if members.isEmpty && others.isEmpty { return nil }
    refresh(picture)
  }

  /// Takes in who has come to belong to the handler.
  func refresh(_ picture: ProcessPicture) {
    members = members.filter { $0.value.descriptor.isAlive }
    let known = members.filter { picture.status($0.key)?.startTicks == $0.value.start }
    var found = picture.family(of: known.keys)
    for leader in leaders where leader.leadsGroup && isNumberStillIts(leader, in: picture) {
      found += picture.family(of: picture.members(ofGroupOrSession: leader.pid).map(\.pid))
    }
    found.forEach(take)
  }

  /// Whether the group with the leader's number is still the leader's.
  ///
  /// A number is not given to another process while a group has it; once another process has it,
  /// the group is another one. Init's number means everybody.
  private func isNumberStillIts(_ leader: Leader, in picture: ProcessPicture) -> Bool {
    leader.pid > 1 && picture.status(leader.pid).map { $0.startTicks == leader.start } ?? true
  }

  private func take(_ status: ProcessStatus) {
    guard members[status.pid] == nil, others[status.pid] == nil,
      status.pid > 1, status.pid != CurrentProcess.pid,
      !ProcessTable.hasEnded(status.state),
      let descriptor = try? ProcessDescriptor.open(status.pid),
      ProcessStatus.of(status.pid)?.startTicks == status.startTicks
    else { return }
    let member = Member(start: status.startTicks, descriptor: descriptor)
    everSeen.append(status.pid)
    if user == nil || ProcessTable.user(of: status.pid) == user {
      members[status.pid] = member
    } else {
      others[status.pid] = member
    }
  }

  /// Asks all of it to end; a stopped process is woken so that it can.
  func terminate() {
    signal(.terminate)
    signal(.continue)
  }

  /// Ends all of it that can be ended.
  func kill() { signal(.kill) }

  /// A group as a whole, so that a process forked at this moment is not missed; everybody else by
  /// its own descriptor.
  private func signal(_ signal: Signal) {
    let groups = leaders.filter { ownsGroup($0) && signalGroup(of: $0, signal) }.map(\.pid)
    for (pid, member) in members where !groups.contains(ProcessTable.group(pid) ?? 0) {
      try? member.descriptor.signal(signal)
    }
  }

  /// Whether the group can be signalled without hitting this program, or anybody who is to be spared.
  private func ownsGroup(_ leader: Leader) -> Bool {
    user == nil && leader.leadsGroup && ProcessTable.group(CurrentProcess.pid) != leader.pid
  }

  /// False when the leader is gone: then its group's number may be another's by now.
  private func signalGroup(of leader: Leader, _ signal: Signal) -> Bool {
    guard let descriptor = members[leader.pid]?.descriptor, descriptor.isAlive else { return false }
    return (try? descriptor.signalGroup(signal)) != nil
  }

  /// Those that have not ended.
  var alive: [ProcessDescriptor] { members.values.map(\.descriptor).filter(\.isAlive) }

  /// Those that belong to another user, and have not ended: they got no signal.
  var spared: [ProcessDescriptor] { others.values.map(\.descriptor).filter(\.isAlive) }
}
