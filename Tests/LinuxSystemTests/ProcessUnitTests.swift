import LinuxSystem
import Testing

@Suite struct ProcessUnitTests {
  /// As sd_pid_get_unit(3) and sd_pid_get_user_unit(3) tell them, systemd 252.
  @Test(arguments: [
    ("/system.slice/wg-dispatcher.service", "wg-dispatcher.service", false),
    (
      #"/system.slice/system-wg\x2ddispatcher.slice/wg-dispatcher@srv.service/main"#,
      "wg-dispatcher@srv.service", false
    ),
    (
      #"/user.slice/user-1000.slice/user@1000.service/app.slice/app-wg.slice/wg@a.service/chat-1"#,
      "wg@a.service", true
    ),
    ("/user.slice/user-1000.slice/session-2.scope", "session-2.scope", false),
    ("/user.slice/user-1000.slice/user@1000.service/init.scope", "init.scope", true),
    ("/system.slice/_cgroup.service", "cgroup.service", false),
  ])
  func `a control group tells the unit it belongs to`(
    group: String, name: String, isOfUserManager: Bool
  ) {
    let unit = ProcessUnit(controlGroup: group)
    #expect(unit?.name == name)
    #expect(unit?.isOfUserManager == isOfUserManager)
  }

  @Test(arguments: ["/", "", "/system.slice", "/docker/0123", "/user@.service.d/x"])
  func `a group outside of units has none`(group: String) {
    #expect(ProcessUnit(controlGroup: group) == nil)
  }
}
