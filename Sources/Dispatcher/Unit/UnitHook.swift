/// What `wg-dispatcher` does for a unit of systemd beside the dispatcher, in a process of its own.
///
/// Handlers are to outlive a dispatcher that crashes or is started anew, so the unit has
/// KillMode=process; and they are to end with the unit. Who is right in each case, only systemd can
/// tell, and it is asked. Nothing of a project is read: this may run as root.
public enum UnitHook: Equatable, Sendable {
  /// Before the dispatcher is told to end. ExecStop=.
  case stop
  /// After the dispatcher has ended, in whatever way. ExecStopPost=.
  case stopped
  /// After this unit has gone down, in whatever way, or has failed. OnSuccess=, OnFailure=.
  case over(unit: String)

  /// Reads the values of `--unit-hook` and `--unit`.
  init(
    _ name: String, unit: String?
  ) throws(DispatcherOptions.UsageError) {
    switch (name, unit) {
    case ("stop", nil): self = .stop
    case ("stopped", nil): self = .stopped
    case ("over", let unit?) where Self.isService(unit): self = .over(unit: unit)
    case ("over", let unit?):
      throw DispatcherOptions.UsageError("--unit: `\(unit)` is no service's name")
    case ("over", nil): throw DispatcherOptions.UsageError("--unit-hook over needs --unit")
    case ("stop", _), ("stopped", _):
      throw DispatcherOptions.UsageError("--unit-hook \(name) is about its own unit")
    default:
      throw DispatcherOptions.UsageError(
        "--unit-hook: `\(name)` is none of stop, stopped, over")
    }
  }

  private static func isService(_ name: String) -> Bool {
    name.hasSuffix(".service") && !name.contains("/") && name.utf8.count <= 255
  }
}
