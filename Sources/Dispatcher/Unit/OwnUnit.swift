internal import ChatStorage
internal import LinuxSystem

extension ServiceUnit {
  /// The unit that systemd started this process for; nil when somebody else started it.
  ///
  /// The control group alone does not tell: a dispatcher that a handler starts is in the group of the
  /// handler's. systemd says whom it has started, `SYSTEMD_EXEC_PID` in systemd.exec(5), from 248 on.
  static func ofThisProcess() -> ServiceUnit? {
    guard CurrentProcess.variable("SYSTEMD_EXEC_PID") == String(CurrentProcess.pid),
      let unit = ControlGroup.ownMembership().flatMap(ProcessUnit.init(controlGroup:)),
      unit.name.hasSuffix(".service")
    else { return nil }
    return ServiceUnit(name: unit.name, scope: unit.isOfUserManager ? .user : .system)
  }
}
