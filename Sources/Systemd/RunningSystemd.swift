internal import CSystemd
internal import Glibc
public import LinuxSystem
public import SystemPackage

/// What a service manager is about to do with a unit.
///
/// `JobType` in org.freedesktop.systemd1(5).
public enum UnitJob: Equatable, Sendable {
  case start, stop, restart
  /// A reload and whatever else there is.
  case other
}

/// A systemd that is asked directly, by its own socket: no D-Bus daemon has to run for it.
///
/// Only root may ask the system's manager there, and a user their own.
public final class RunningSystemd {
  private let bus: OpaquePointer

  /// Each question waits so long for its answer, in nanoseconds; the connection too.
  ///
  /// `runtimeFolder` is where a user's manager has its socket; nil: the system's. ENOENT,
  /// ECONNREFUSED: it is not there. ENOSYS: there is no libsystemd.
  public init(runtimeFolder: FilePath? = nil, patience: Int64) throws(Errno) {
    let socket = (runtimeFolder ?? "/run").appending("systemd/private")
    var bus: OpaquePointer?
    let microseconds = UInt64(clamping: patience / 1_000)
    try Self.check(wg_manager_open("unix:path=\(socket)", microseconds, &bus))
    guard let bus else { throw .noMemory }
    self.bus = bus
  }

  deinit { wg_manager_close(bus) }

  /// The job that is queued or under way for a unit; nil when there is none.
  public func job(of unit: String) throws(Errno) -> UnitJob? {
    let path = try path(of: unit)
    var found: UnsafeMutablePointer<CChar>?
    try Self.check(wg_manager_job(bus, path, &found))
    guard let job = Self.take(found) else { return nil }
    switch try text(job, "org.freedesktop.systemd1.Job", "JobType") {
    case "start": return .start
    case "stop": return .stop
    case "restart", "try-restart": return .restart
    default: return .other
    }
  }

  /// `ActiveState`: `active`, `activating`, `inactive`, `failed` and others.
  public func state(of unit: String) throws(Errno) -> String {
    try text(path(of: unit), "org.freedesktop.systemd1.Unit", "ActiveState")
  }

  /// The control group of a service, also of one that is down with processes left in it.
  public func controlGroup(of unit: String) throws(Errno) -> ControlGroup? {
    let group = try text(path(of: unit), "org.freedesktop.systemd1.Service", "ControlGroup")
    return group.isEmpty ? nil : ControlGroup.visible(group)
  }

  /// Sends a signal to the main process of a unit, which the manager knows better than a number does.
  public func signalMainProcess(of unit: String, _ signal: Signal) throws(Errno) {
    try Self.check(wg_manager_signal_main(bus, unit, signal.rawValue))
  }

  private func path(of unit: String) throws(Errno) -> String {
    var found: UnsafeMutablePointer<CChar>?
    try Self.check(wg_manager_unit_path(unit, &found))
    guard let path = Self.take(found) else { throw .noMemory }
    return path
  }

  private func text(
    _ path: String, _ interface: String, _ property: String
  ) throws(Errno) -> String {
    var found: UnsafeMutablePointer<CChar>?
    try Self.check(wg_manager_text(bus, path, interface, property, &found))
    return Self.take(found) ?? ""
  }

  private static func check(_ result: Int32) throws(Errno) {
    if result < 0 { throw Errno(rawValue: -result) }
  }

  private static func take(_ text: UnsafeMutablePointer<CChar>?) -> String? {
    guard let text else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}
