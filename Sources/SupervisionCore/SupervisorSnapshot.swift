/// Everything that a supervisor knows: with it another program goes on where this one stood.
package struct SupervisorSnapshot: Hashable, Sendable {
  package var children: [ChildMachine]
  package var settings: SupervisionSettings
  package var times: [ChildID: ChildTimes]
  package var generator: SeededGenerator
  package var daemonBudget: SpawnBudget
  package var outages: Outages

  package init(
    children: [ChildMachine], settings: SupervisionSettings, times: [ChildID: ChildTimes],
    generator: SeededGenerator, daemonBudget: SpawnBudget, outages: Outages
  ) {
    self.children = children
    self.settings = settings
    self.times = times
    self.generator = generator
    self.daemonBudget = daemonBudget
    self.outages = outages
  }

  /// Children whose inbox was asked about, with no answer yet: the look has to be made again.
  package var observing: [ChildID] { children.filter(\.isObserving).map(\.id) }
}

/// What a supervisor is about to do, said in lines that two programs can compare.
package struct SupervisorPlan: Hashable, Sendable {
  /// One for each child, in the order of their numbers.
  package let lines: [String]

  package init(lines: [String]) { self.lines = lines }

  /// The first line in which the other plan is different, as both have it.
  package func firstDifference(to other: SupervisorPlan) -> (own: String, other: String)? {
    for index in 0..<max(lines.count, other.lines.count) {
      let own = index < lines.count ? lines[index] : "nothing"
      let others = index < other.lines.count ? other.lines[index] : "nothing"
      if own != others { return (own, others) }
    }
    return nil
  }
}

extension SupervisorMachine {
  /// What is, and what happens to each child when its time comes and nothing else has happened.
  package var plan: SupervisorPlan {
    SupervisorPlan(lines: ids.map(planLine))
  }

  private func planLine(of id: ChildID) -> String {
    var line = "chat \(id.number): \(state(of: id)?.name.rawValue ?? "unknown")"
    if let incarnation = state(of: id)?.incarnation { line += ", run \(incarnation.number)" }
    guard let deadline = deadline(of: id) else { return line }
    let words = effectsOfDeadline(of: id, at: deadline).map(\.planWord).joined(separator: " ")
    return line + ", at \(deadline.nanoseconds) ns: \(words.isEmpty ? "nothing" : words)"
  }
}

extension Effect {
  fileprivate var planWord: String {
    switch self {
    case .observeInbox: "look"
    case .spawn(_, let incarnation): "spawn(\(incarnation.number))"
    case .adopt(_, let incarnation): "adopt(\(incarnation.number))"
    case .listen: "listen"
    case .signal(_, _, let signal): "signal(\(signal))"
    case .bury: "bury"
    case .exhume: "exhume"
    case .settleArchive(_, let outcome): "settle(\(outcome.rawValue))"
    case .setAside: "set-aside"
    case .persist: "persist"
    case .record(let decision): "\(decision.to.rawValue)(\(decision.clause.rawValue))"
    }
  }
}
