/// systemd on this machine.
struct SystemdFacts {
  /// The major number of the programs that are installed; nil without them.
  let installed: Int?
  /// As sd_booted(3) sees it.
  let isBooted: Bool
  /// The major number of the manager that runs; nil when it does not answer.
  let running: Int?
  /// What process 1 calls itself.
  let firstProcess: String

  /// What the units are written for.
  static let floor = 252
}

extension SystemdFacts {
  var findings: [Finding] {
    guard isBooted else { return [absent] }
    guard let version = running ?? installed else { return [silent] }
    if version < Self.floor { return [tooOld(version)] }
    if running == nil { return [silent] }
    return [.ok(.systemd, "systemd \(version) runs")]
  }

  private var absent: Finding {
    let installed = installed.map { "systemd \($0) is installed but" } ?? "systemd"
    return .note(
      .systemd, "\(installed) does not run here: process 1 is `\(firstProcess)`",
      meaning: "units cannot be used; `wg service start` runs the dispatcher, "
        + "and nothing starts it again after a crash or a boot")
  }

  private func tooOld(_ version: Int) -> Finding {
    .warning(
      .systemd, "systemd \(version) runs; the units are written for \(Self.floor) and newer",
      meaning: "directives that it does not know are ignored, so the service is less confined",
      advice: "upgrade the system, or run `systemd-analyze verify` on the units")
  }

  private var silent: Finding {
    .warning(
      .systemd, "systemd runs but does not answer",
      meaning: "whether a unit serves a project cannot be told",
      advice: "see what `systemctl status` says; in a container, its bus may be missing")
  }
}
