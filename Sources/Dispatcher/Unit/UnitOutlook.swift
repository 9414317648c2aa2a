internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// What systemd is about to do with a unit.
struct UnitOutlook: Equatable {
  /// As `systemctl is-active` has it.
  let state: String
  /// What is queued or under way.
  let job: UnitJob?

  /// Another dispatcher follows at once and takes the handlers over.
  var isRestart: Bool { job == .restart }

  /// Somebody wants the unit down.
  var isStop: Bool { job == .stop }

  /// No dispatcher is there, and none is on its way: not by a job, nor by Restart=, for which a unit
  /// waits as `activating`.
  var isOver: Bool { (state == "inactive" || state == "failed") && (job == nil || isStop) }
}

extension UnitOutlook {
  /// Asks systemd; waits for seconds at most.
  static func ask(_ unit: String, _ systemd: RunningSystemd) throws(Errno) -> UnitOutlook {
    // The job first: one that is done by then shows in the state.
    let job = try systemd.job(of: unit)
    return UnitOutlook(state: try systemd.state(of: unit), job: job)
  }
}

extension RunningSystemd {
  private static let patience: Int64 = 5_000_000_000

  /// The one whose unit this process belongs to.
  static func ofThisProcess(_ unit: ProcessUnit?) throws(Errno) -> RunningSystemd {
    guard unit?.isOfUserManager == true else { return try RunningSystemd(patience: patience) }
    guard let folder = CurrentProcess.variable("XDG_RUNTIME_DIR") else {
      throw .noSuchFileOrDirectory
    }
    return try RunningSystemd(runtimeFolder: FilePath(folder), patience: patience)
  }
}
