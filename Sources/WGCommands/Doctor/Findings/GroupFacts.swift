internal import LinuxSystem

/// The control groups that handlers could be put in.
struct GroupFacts {
  let isAvailable: Bool
  /// Nil when the own group is not visible.
  let own: ControlGroupView?
  /// Whether a dispatcher that this user starts here could make groups.
  let mayMakeGroups: Bool
  let isManagedBySystemd: Bool
}

extension GroupFacts {
  var findings: [Finding] {
    guard isAvailable else {
      return [
        .note(
          .cgroups, "there is no tree of control groups (cgroup v2)",
          meaning: "what a handler leaves behind is found by descent, and no limits can be set")
      ]
    }
    guard let own, mayMakeGroups else { return [notDelegated] }
    return [.ok(.cgroups, "groups can be made below \(own.name)\(Self.limits(own))")]
  }

  /// Where systemd rules, a plain login may not make groups; its units may.
  private var notDelegated: Finding {
    .note(
      .cgroups, "no group of this session's tree is delegated to this user",
      meaning: "a dispatcher started from here finds what handlers leave behind by descent, "
        + "and sets no limits",
      advice: isManagedBySystemd ? "run it as a service, which has Delegate=yes" : nil)
  }

  /// Which of the limits that a configuration may have can be set.
  static func limits(_ group: ControlGroupView) -> String {
    group.missingControllers.map { "; no controller for \($0)" }
      ?? "; memory and tasks can be limited"
  }
}

extension ControlGroupView {
  /// The controllers that limits need and the group does not have; nil when it has all.
  var missingControllers: String? {
    let missing = ["memory", "pids"].filter { !controllers.contains($0) }
    return missing.isEmpty ? nil : Listing.of(missing)
  }
}
