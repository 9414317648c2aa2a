extension Schedule {
  /// A shorter schedule that breaks the same invariant: steps are left out in ever smaller groups,
  /// then faults, then pauses.
  func shrunk(keeping invariant: Invariant) -> Schedule {
    var best = self
    var size = max(1, steps.count / 2)
    while true {
      let before = best.steps.count
      best = best.cut(inGroupsOf: size, keeping: invariant)
      if size == 1 && best.steps.count == before { break }
      size = max(1, size / 2)
    }
    return best.withoutFaults(keeping: invariant).withoutPauses(keeping: invariant)
  }

  private func breaks(_ invariant: Invariant) -> Bool {
    Simulation.run(self).violation?.invariant == invariant
  }

  private func cut(inGroupsOf size: Int, keeping invariant: Invariant) -> Schedule {
    var best = self
    var start = 0
    while start < best.steps.count {
      var candidate = best
      candidate.steps.removeSubrange(start..<min(start + size, best.steps.count))
      if candidate.breaks(invariant) { best = candidate } else { start += size }
    }
    return best
  }

  private func withoutFaults(keeping invariant: Invariant) -> Schedule {
    var best = self
    for fault in FaultWeights.all where best.faults[keyPath: fault] > 0 {
      var candidate = best
      candidate.faults[keyPath: fault] = 0
      if candidate.breaks(invariant) { best = candidate }
    }
    return best
  }

  private func withoutPauses(keeping invariant: Invariant) -> Schedule {
    var best = self
    for index in best.steps.indices where best.steps[index].after > 0 {
      var candidate = best
      candidate.steps[index].after = 0
      if candidate.breaks(invariant) { best = candidate }
    }
    return best
  }
}

extension FaultWeights {
  static var all: [WritableKeyPath<FaultWeights, Int>] {
    [
      \.badProgram, \.noResources, \.endsAtOnce, \.failsAtOnce, \.crashesLater, \.neverReady,
      \.ignoresTerminate, \.diesOfInterrupt, \.leavesProcesses, \.unkillable, \.slowAnswers,
      \.slowNews, \.hangs, \.breaksDown, \.leaves, \.changesWatchdog, \.asksForTime,
    ]
  }
}
