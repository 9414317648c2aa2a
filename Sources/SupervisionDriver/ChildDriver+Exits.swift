internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

extension ChildDriver {
  /// Begins to watch a run's leader, whose descriptor becomes readable when it ends.
  ///
  /// One that ended before only leaves what it left: the next census tells.
  func take(_ run: RunProcesses) {
    runs[run.child] = run
    leaders[run.pid] = run.child
    guard let leader = run.leader, run.exit == nil else { return bereaved.append(run) }
    run.registration = watch(leader) { [weak self, weak run] readiness in
      guard let self, let run else { return }
      leaderEnded(run, isReaped: readiness.contains(.hangup))
    }
  }

  private func watch(
    _ process: ProcessDescriptor, _ body: @escaping (Readiness) -> Void
  ) -> EventLoop.Registration? {
    let registration = try? loop.add(process.descriptor, for: .readable, body)
    if registration == nil {
      look {
        guard !process.isAlive else { return false }
        body(.readable)
        return true
      }
    }
    return registration
  }

  private func leaderEnded(_ run: RunProcesses, isReaped: Bool) {
    guard run.exit == nil, runs[run.child] === run else { return }
    let exit = status(of: run)
    if exit == .unknown, run.isExternal, !isReaped, awaitReaping(run) { return }
    run.exit = exit
    forget(&run.registration)
    bereaved.append(run)
  }

  /// How long a parent may take to reap.
  ///
  /// Of a run that was told to end the status says little, and the time until SIGKILL goes on.
  private static func reapingPatience(_ run: RunProcesses) -> Int64 {
    run.isEnding ? 50_000_000 : 2_000_000_000
  }

  /// The kernel tells how a process ended that is no child when its parent has reaped it, which is a
  /// moment later: then the descriptor hangs up (Linux 6.9), and before that nothing tells.
  private func awaitReaping(_ run: RunProcesses) -> Bool {
    guard let registration = run.registration, (try? loop.modify(registration, for: [])) != nil
    else { return false }
    unreaped.append((run, Clock.monotonic + Self.reapingPatience(run)))
    return true
  }

  /// A parent that does not reap: how its child ended cannot be known, and that it ended is enough.
  func giveUpOnUnreaped() {
    if unreaped.isEmpty { return }
    let now = Clock.monotonic
    for (run, until) in unreaped where until <= now { leaderEnded(run, isReaped: true) }
    unreaped.removeAll { $0.run.exit != nil || $0.until <= now }
  }

  /// How the leader ended, without reaping it.
  private func status(of run: RunProcesses) -> SupervisionCore.ExitStatus {
    guard let leader = run.leader else { return .unknown }
    guard run.isExternal else { return ExitStatus(try? leader.peekExit()) }
    return ExitStatus(run.identity.flatMap { witness?($0) } ?? leader.exitInformation())
  }

  /// After leaders ended: finds what they left, watches it, and reports the exits.
  ///
  /// One census for all exits of a turn: a thousand handlers may end at once.
  func takeCensus() {
    guard !bereaved.isEmpty else { return }
    let ended = bereaved
    bereaved = []
    assignOrphans(to: ended)
    let everybody = ended.contains(where: \.isExternal) ? ProcessTable.all() : []
    for run in ended {
      if run.isExternal { gatherMembers(run, among: everybody) }
      report(run)
    }
  }

  /// A living leader keeps its own orphans, so every orphan here belongs to a dead one.
  private func assignOrphans(to ended: [RunProcesses]) {
    let own = ended.filter { !$0.isExternal }
    guard let first = own.first else { return }
    lazy var leftovers = Set(runs.values.flatMap(\.leftovers.keys))
    // Most children are leaders, and mostly all of them: nothing is gathered for those.
    let orphans = ProcessCensus.orphans {
      leaders[$0] != nil || unsupervised.contains($0) || leftovers.contains($0)
    }
    for orphan in orphans {
      let status = ProcessStatus.of(orphan.pid)
      let owner =
        own.first { $0.pid == status?.group || $0.pid == status?.session }
        ?? own.first { $0.holds(orphan.pid) }
      keep(orphan, in: owner ?? first)
    }
  }

  func gatherDescendants(_ run: RunProcesses) {
    guard let leader = run.leader else { return }
    for process in ProcessCensus.descendants(of: leader) { keep(process, in: run) }
  }

  private func gatherMembers(_ run: RunProcesses, among everybody: [ProcessStatus]) {
    for process in ProcessCensus.members(of: run.pid, among: everybody) {
      keep(process, in: run)
    }
  }

  func keep(_ process: ProcessDescriptor, in run: RunProcesses) {
    guard run.leftovers[process.pid] == nil else { return }
    let watched = WatchedProcess(process)
    run.add(watched)
    watched.registration = watch(process) { [weak self, weak run] _ in
      guard let self, let run else { return }
      self.leftoverEnded(process.pid, of: run)
    }
  }

  private func leftoverEnded(_ pid: Int32, of run: RunProcesses) {
    guard let process = run.leftovers.removeValue(forKey: pid) else { return }
    run.reap(process.descriptor)
    forget(&process.registration)
    // Its own children, if any, are orphans now.
    if run.exit != nil { bereaved.append(run) }
  }

  private func report(_ run: RunProcesses) {
    guard runs[run.child] === run, let exit = run.exit else { return }
    let isEmpty = run.leftovers.isEmpty && !isPopulated(run)
    if isEmpty { close(run) }
    if run.isReported {
      if isEmpty { report(.emptied(run.incarnation), of: run.child) }
    } else {
      run.isReported = true
      report(.exited(run.incarnation, exit, leftovers: !isEmpty), of: run.child)
    }
  }

  /// Whether the run's control group has a process in it; if so, the end of the last one is told.
  private func isPopulated(_ run: RunProcesses) -> Bool {
    guard let group = run.group else { return false }
    if run.population == nil { watchPopulation(of: run, in: group) }
    // What cannot be read is no proof.
    if (try? group.isPopulated()) != false { return true }
    if let registration = run.population?.registration { loop.remove(registration) }
    run.population = nil
    return false
  }

  private func watchPopulation(of run: RunProcesses, in group: ControlGroup) {
    guard (try? group.isPopulated()) == true, let population = try? GroupPopulation(of: group)
    else { return }
    let watched = WatchedPopulation(population)
    run.population = watched
    watched.registration = try? loop.add(population.descriptor, for: .exceptional) {
      [weak self, weak run] _ in
      guard let self, let run, !population.isPopulated() else { return }
      bereaved.append(run)
    }
    guard watched.registration == nil else { return }
    look { [weak self, weak run] in
      guard let self, let run, runs[run.child] === run else { return true }
      if population.isPopulated() { return false }
      bereaved.append(run)
      return true
    }
  }

  private func close(_ run: RunProcesses) {
    if !run.isExternal, let leader = run.leader { run.reap(leader) }
    runs[run.child] = nil
    if leaders[run.pid] == run.child { leaders[run.pid] = nil }
    let isGroupEmpty = run.leader?.isGroupProvenEmpty ?? false
    let proof = DeathProof(reaped: run.reaped, isGroupEmpty: isGroupEmpty)
    delegate?.ended(run.child, run.incarnation, pid: run.pid, proof)
  }

  private func forget(_ registration: inout EventLoop.Registration?) {
    if let present = registration { loop.remove(present) }
    registration = nil
  }
}
