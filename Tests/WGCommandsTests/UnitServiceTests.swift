import ChatStorage
import JSONLines
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

/// `wg service start`, `stop`, `restart` and `status` of a project that a unit serves.
struct UnitServiceTests {
  private let systemd: FakeSystemd

  init() throws { systemd = try FakeSystemd() }

  private func install() throws {
    for kind in ["service", "socket"] { try systemd.package("wg-dispatcher@.\(kind)") }
    try ServiceUnit(name: systemd.unit, scope: .user).write(systemd.project.layout)
  }

  private func answer(unit: String?) -> JSONValue {
    [
      "ok": true, "status": "running", "pid": 4711, "unit": unit.map { .text($0) } ?? .null,
      "unit_scope": unit == nil ? .null : "user",
    ]
  }

  @Test func `starting goes through systemd and nowhere else`() throws {
    try install()
    let outcome = systemd.run("service start")
    #expect(systemd.calls == ["start \(systemd.unit)"])
    // The unit that this systemd starts is no dispatcher.
    #expect(outcome.diagnostics.contains("was ready and is gone again"))
  }

  @Test func `a start on demand brings the socket first`() throws {
    try install()
    try systemd.set("enabled", systemd.socket)
    _ = systemd.run("service start")
    #expect(systemd.calls == ["start \(systemd.socket) \(systemd.unit)"])
  }

  @Test(arguments: ["--idle-timeout 3", "--no-chat-agent", "--foreground"])
  func `a start option that a unit cannot take is refused`(option: String) throws {
    try install()
    let outcome = systemd.run("service start \(option)")
    #expect(outcome.status == 64)
    #expect(outcome.diagnostics.contains(systemd.unit))
    #expect(systemd.calls.isEmpty)
  }

  @Test func `stopping ends the unit of the dispatcher that answers`() throws {
    try install()
    try systemd.set("up", systemd.unit)
    let dispatcher = try FakeDispatcher(
      systemd.project, answers: ["status": answer(unit: systemd.unit)])
    let outcome = systemd.run("service stop")
    #expect(outcome.status == 0)
    #expect(outcome.output == "Service stopped (PID 4711), 0 handlers ended\n")
    #expect(systemd.calls == ["stop \(systemd.unit)"])
    #expect(!dispatcher.requests.contains { $0.contains("shutdown") })
  }

  @Test func `a dispatcher that was started beside its unit is ended by itself`() throws {
    try install()
    let dispatcher = try FakeDispatcher(systemd.project, answers: ["status": answer(unit: nil)])
    let status = systemd.run("service status")
    #expect(status.output.contains("the dispatcher that runs is not its own"))
    #expect(systemd.calls.isEmpty)
    #expect(dispatcher.requests.count == 1)
  }

  @Test func `stopping also takes away what systemd would start again`() throws {
    try install()
    try systemd.set("up", systemd.socket)
    let outcome = systemd.run("service stop")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("Service not running\nStopped: \(systemd.unit)"))
    #expect(systemd.calls == ["stop \(systemd.socket) \(systemd.unit)"])
  }

  @Test func `restarting is systemd's`() throws {
    try install()
    _ = systemd.run("service restart")
    #expect(systemd.calls == ["restart \(systemd.unit)"])
  }

  @Test func `a unit that is gone is told, and done without`() throws {
    try ServiceUnit(name: systemd.unit, scope: .user).write(systemd.project.layout)
    let outcome = systemd.run("service start")
    #expect(outcome.status == 0, "\(outcome.diagnostics)")
    #expect(outcome.diagnostics.contains("that unit is gone: went on without it"))
    let status = systemd.run("service status")
    #expect(status.output.contains("Unit: \(systemd.unit) (user manager): not installed"))
    #expect(systemd.run("service stop").status == 0)
    #expect(systemd.calls.isEmpty)
  }

  @Test func `nothing is started past a manager that cannot be reached`() throws {
    try install()
    try systemd.set("no", "bus")
    let outcome = systemd.run("service start")
    #expect(outcome.status == 69)
    #expect(outcome.diagnostics.contains("XDG_RUNTIME_DIR"))
  }

  @Test func `the status has the same keys with a unit and without`() throws {
    let before = try systemd.project.json("service status")
    try install()
    let outcome = systemd.run("service status --json")
    let after = try JSONValue.parse(Array(outcome.output.utf8))
    #expect(after.object?.keys == before.object?.keys)
    #expect(after["unit"] == .text(systemd.unit))
    #expect(before["unit"] == .null)
  }
}
