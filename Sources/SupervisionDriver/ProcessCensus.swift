internal import LinuxSystem

/// Finds the processes that a dead leader left behind.
enum ProcessCensus {
  /// Children of this process that it did not start: orphans, since the leader above them died.
  ///
  /// Each still is this process's child and not reaped, so its number is its own.
  static func orphans(unless isKnown: (Int32) -> Bool) -> [ProcessDescriptor] {
    ProcessTable.ownChildren().filter { !isKnown($0) }.compactMap { pid in
      guard let process = try? ProcessDescriptor.open(pid) else { return nil }
      if (try? process.reap()) != nil { return nil }
      return process
    }
  }

  /// Live processes of an adopted leader's group or session, which are nobody's children here.
  ///
  /// A group keeps its number from being given away. If the number is a live process again, the
  /// group is gone, and what bears its number now is somebody else's.
  static func members(
    of leader: Int32, among everybody: [ProcessStatus]
  ) -> [ProcessDescriptor] {
    if let state = ProcessTable.state(leader), !ProcessTable.hasEnded(state) { return [] }
    return everybody.filter {
      ($0.group == leader || $0.session == leader) && $0.pid != leader
        && !ProcessTable.hasEnded($0.state)
    }.compactMap { open($0.pid) }
  }

  /// Everything below a live adopted leader, taken before it is signalled: later it cannot be told
  /// from other programs.
  static func descendants(of leader: ProcessDescriptor) -> [ProcessDescriptor] {
    ProcessTable.descendants(of: leader.pid).compactMap(open)
  }

  /// The process behind a number that was just read, if it is still the same one.
  private static func open(_ pid: Int32) -> ProcessDescriptor? {
    ProcessIdentity.of(pid)?.open()
  }
}
