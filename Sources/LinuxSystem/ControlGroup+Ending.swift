public import SystemPackage

extension ControlGroup {
  /// What became of the processes that were in a group.
  public struct Ending: Equatable, Sendable {
    /// Those that were asked to end.
    public fileprivate(set) var asked: Set<Int32> = []
    /// Those of them that had to be killed.
    public fileprivate(set) var killed: Set<Int32> = []
    /// Those that even that did not end.
    public fileprivate(set) var survivors: [Int32] = []
  }

  /// Ends every process in this group and below, but none in `spared`, which may hold this process.
  ///
  /// SIGTERM first, and SIGKILL to what is there after `grace` nanoseconds; what that does not end is
  /// waited for as long as `patience`. Each process is signalled through a descriptor that was opened
  /// while it was a member. Blocks.
  public func end(
    except spared: ControlGroup? = nil, grace: Int64, patience: Int64
  ) throws(Errno) -> Ending {
    var ending = Ending()
    try awaitEnd(except: spared, until: .after(nanoseconds: grace)) { process in
      guard ending.asked.insert(process.pid).inserted else { return }
      try? process.signal(.terminate)
      // A stopped process acts on nothing but SIGKILL until it goes on.
      try? process.signal(.continue)
    }
    ending.killed = Set(try members(except: spared).map(\.pid))
    if ending.killed.isEmpty { return ending }
    try? kill(except: spared)
    try awaitEnd(except: spared, until: .after(nanoseconds: patience)) { try? $0.signal(.kill) }
    ending.survivors = try members(except: spared).map(\.pid).sorted()
    return ending
  }

  /// At once where that can be: a group that one must be spared in is gone through, not killed.
  private func kill(except spared: ControlGroup?) throws(Errno) {
    if self == spared { return }
    guard let spared, spared.path.starts(with: path) else { return try kill() }
    for child in try children() { try child.kill(except: spared) }
  }

  /// Waits until nobody is left, and does something about each who is, newcomers included.
  private func awaitEnd(
    except spared: ControlGroup?, until deadline: Deadline,
    _ treat: (ProcessDescriptor) -> Void
  ) throws(Errno) {
    while true {
      let members = try members(except: spared)
      members.forEach(treat)
      guard let first = members.first,
        try first.descriptor.wait(for: .readable, until: deadline)
      else { return }
    }
  }
}
