internal import Settings

/// The settings of a project.
struct ConfigFacts {
  /// What does not count.
  var problems: [ConfigurationProblem] = []
  /// Chats for which memory or tasks are limited.
  var limited: [String] = []
}

extension ConfigFacts {
  /// Nothing where nothing is set that could be wrong.
  func findings(_ dispatcher: DispatcherFacts) -> [Finding] {
    [mistakes, remarks, withoutEffect(dispatcher)].compactMap(\.self)
  }

  private var mistakes: Finding? {
    let mistakes = problems.filter { $0.severity == .mistake }
    guard let first = mistakes.first else { return nil }
    return .problem(
      .config, "the settings have \(Count.of(mistakes.count, "mistake")); the first: \(first)",
      meaning: "no chat can be made, and a dispatcher goes by what it knew before, or by defaults",
      advice: "mend what wg config check says, then wg service reload")
  }

  private var remarks: Finding? {
    let remarks = problems.filter { $0.severity == .remark }
    guard let first = remarks.first else { return nil }
    return .warning(
      .config,
      "the settings say \(Count.of(remarks.count, "thing")) without a meaning; the first: \(first)",
      meaning: "the rest of them counts", advice: "wg config check names them all")
  }

  private func withoutEffect(_ dispatcher: DispatcherFacts) -> Finding? {
    guard !limited.isEmpty, let missing = dispatcher.group?.missingControllers else { return nil }
    return .warning(
      .config,
      "limits are set for \(Listing.of(limited)), and the dispatcher has no "
        + "controller for \(missing)",
      meaning: "these limits have no effect",
      advice: "run it as a service with Delegate=yes, on a machine whose cgroup v2 has these "
        + "controllers")
  }
}
