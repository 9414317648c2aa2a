internal import JSONLines
internal import LinuxSystem

/// The settings of a project.
struct ConfigFacts {
  /// Why they cannot be read; nil when they can.
  var failure: String?
  /// Lines that do not count.
  var problems: [Problem] = []
  /// Chats for which memory or tasks are limited.
  var limited: [String] = []
}

extension ConfigFacts {
  /// Nothing where nothing is set that could be wrong.
  func findings(_ dispatcher: DispatcherFacts) -> [Finding] {
    if let failure {
      return [
        .problem(
          .config, failure, meaning: "chats cannot be listed or made",
          advice: "mend config.toml, or move it away: then the defaults count")
      ]
    }
    return [badLines, withoutEffect(dispatcher)].compactMap(\.self)
  }

  private var badLines: Finding? {
    guard let first = problems.first else { return nil }
    return .warning(
      .config, "\(Count.of(problems.count, "line")) do not count; the first: \(first)",
      meaning: "what they were to set has its default",
      advice: "mend config.toml, then wg service reload")
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
