extension Schedule: CustomStringConvertible {
  /// Swift text that makes this schedule again, to be pasted into a test.
  public var description: String {
    var lines = ["var schedule = Schedule(seed: \(seed), children: \(children), steps: ["]
    lines += steps.map { "  Step(\($0.after), \($0.action.text))," }
    lines.append("])")
    lines += faults.changes.map { "schedule.faults.\($0)" }
    lines += tuning.changes.map { "schedule.tuning.\($0)" }
    return lines.joined(separator: "\n")
  }
}

extension Action {
  var text: String {
    switch self {
    case .attach(let child): ".attach(\(child))"
    case .detach(let child): ".detach(\(child))"
    case .send(let child, let poison): ".send(\(child), poison: \(poison))"
    case .touch(let child): ".touch(\(child))"
    case .close(let child): ".close(\(child))"
    case .reopen(let child): ".reopen(\(child))"
    case .vanish(let child): ".vanish(\(child))"
    case .start(let child): ".start(\(child))"
    case .stop(let child): ".stop(\(child))"
    case .interrupt(let child): ".interrupt(\(child))"
    case .reset(let child): ".reset(\(child))"
    case .restart(let child): ".restart(\(child))"
    case .archive(let child, let reason, let grace):
      ".archive(\(child), .\(reason), graceMilliseconds: \(grace.map { "\($0)" } ?? "nil"))"
    case .purge: ".purge"
    case .restore(let child): ".restore(\(child))"
    case .retune(let number): ".retune(\(number))"
    case .foreignHolder(let child): ".foreignHolder(\(child))"
    case .repeatNews(let child): ".repeatNews(\(child))"
    case .failTombstones(let count): ".failTombstones(\(count))"
    case .suspend(let milliseconds): ".suspend(\(milliseconds))"
    case .stall(let milliseconds): ".stall(\(milliseconds))"
    case .setWallClock(let seconds): ".setWallClock(\(seconds))"
    case .kill(let effects): ".kill(afterEffects: \(effects))"
    case .shutDown: ".shutDown"
    case .killKeeper: ".killKeeper"
    case .failWrites(let count): ".failWrites(\(count))"
    case .slowDown(let milliseconds): ".slowDown(\(milliseconds))"
    case .cutPower: ".cutPower"
    }
  }
}

extension FaultWeights {
  fileprivate var changes: [String] {
    [
      ("badProgram", badProgram), ("noResources", noResources), ("endsAtOnce", endsAtOnce),
      ("failsAtOnce", failsAtOnce), ("crashesLater", crashesLater), ("neverReady", neverReady),
      ("ignoresTerminate", ignoresTerminate), ("diesOfInterrupt", diesOfInterrupt),
      ("leavesProcesses", leavesProcesses), ("unkillable", unkillable),
      ("slowAnswers", slowAnswers), ("slowNews", slowNews), ("hangs", hangs),
      ("breaksDown", breaksDown), ("leaves", leaves), ("changesWatchdog", changesWatchdog),
      ("asksForTime", asksForTime),
    ].filter { $0.1 != 0 }.map { "\($0.0) = \($0.1)" }
  }
}

extension Tuning {
  fileprivate var changes: [String] {
    let plain = Tuning()
    var changes: [String] = []
    if crashLimit != plain.crashLimit { changes.append("crashLimit = \(crashLimit)") }
    if childBurst != plain.childBurst { changes.append("childBurst = \(childBurst)") }
    if daemonBurst != plain.daemonBurst { changes.append("daemonBurst = \(daemonBurst)") }
    if outageLimit != plain.outageLimit { changes.append("outageLimit = \(outageLimit)") }
    if readsInboxEarly { changes.append("readsInboxEarly = true") }
    if watchdogSeconds != 0 { changes.append("watchdogSeconds = \(watchdogSeconds)") }
    if hasKeeper { changes.append("hasKeeper = true") }
    if sharesNumbers { changes.append("sharesNumbers = true") }
    return changes
  }
}
