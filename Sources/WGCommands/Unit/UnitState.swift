/// What a service manager says of one unit: some of the properties of `systemctl show`.
struct UnitState: Equatable {
  /// `loaded`, `not-found`, `masked`, `bad-setting`, `error`.
  var load = "not-found"
  /// `active`, `activating`, `deactivating`, `inactive`, `failed`.
  var active = "inactive"
  /// Finer: `running`, `auto-restart`, `dead`.
  var sub = "dead"
  /// `enabled`, `disabled`; empty for a unit that is not there.
  var enablement = ""
  /// The file that the unit was read from; nil when there is none.
  var file: String?
  /// The file has changed since it was read.
  var needsReload = false

  static let properties = [
    "LoadState", "ActiveState", "SubState", "UnitFileState", "FragmentPath", "NeedDaemonReload",
  ]

  var isLoaded: Bool { load == "loaded" }
  var isEnabled: Bool { enablement == "enabled" }
  /// The manager keeps it up, or brings it up or down.
  var isUp: Bool { active != "inactive" && active != "failed" }

  /// For people: `enabled, active (running)`.
  var description: String {
    if load == "not-found" { return "not installed" }
    if !isLoaded { return load }
    return (enablement.isEmpty ? "" : "\(enablement), ") + "\(active) (\(sub))"
  }
}

extension UnitState {
  /// Reads what `systemctl show` printed about several units: lines `NAME=VALUE`, an empty one between
  /// two units.
  static func all(in text: String) -> [UnitState] {
    text.split(separator: "\n\n", omittingEmptySubsequences: true).map { UnitState(lines: $0) }
  }

  private init(lines: Substring) {
    for line in lines.split(separator: "\n") {
      guard let sign = line.firstIndex(of: "=") else { continue }
      let value = String(line[line.index(after: sign)...])
      switch line[..<sign] {
      case "LoadState": load = value
      case "ActiveState": active = value
      case "SubState": sub = value
      case "UnitFileState": enablement = value
      case "FragmentPath": file = value.isEmpty ? nil : value
      case "NeedDaemonReload": needsReload = value == "yes"
      default: continue
      }
    }
  }
}
