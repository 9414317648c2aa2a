import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

/// When `wg service install` refuses, and what it says to do.
struct UnitRefusalTests {
  private let systemd: FakeSystemd

  init() throws { systemd = try FakeSystemd() }

  private func expectRefusal(_ status: Int32, _ parts: String..., from line: String) {
    let outcome = systemd.run(line)
    #expect(outcome.status == status)
    for part in parts {
      #expect(outcome.diagnostics.contains(part), "\(outcome.diagnostics)")
    }
    #expect(systemd.calls.isEmpty)
  }

  @Test func `without systemd it says how to do without`() {
    systemd.removeSystemd()
    expectRefusal(
      69, "systemd does not run", "`wg service start`", from: "service install --user")
  }

  @Test func `without a bus it says how to log in`() throws {
    try systemd.set("no", "bus")
    expectRefusal(69, "No medium found", "XDG_RUNTIME_DIR", from: "service install --user")
  }

  @Test func `a masked unit is named with what lifts it`() throws {
    try systemd.set("masked", systemd.unit)
    expectRefusal(
      1, "is masked", "systemctl --user unmask \(systemd.unit)", from: "service install --user")
  }

  @Test func `both managers at once make no sense`() {
    expectRefusal(64, "--system", from: "service install --user --system")
  }

  @Test func `a dispatcher that runs outside of the unit has to be stopped first`() throws {
    let dispatcher = try FakeDispatcher(
      systemd.project, answers: ["status": ["ok": true, "status": "running", "pid": 4711]])
    expectRefusal(1, "outside of the unit", "`wg service stop`", from: "service install --user")
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `a project that another unit serves has to be freed first`() throws {
    try systemd.package("wg-dispatcher@.service")
    try ServiceUnit(name: "wg-dispatcher@other.service", scope: .user)
      .write(systemd.project.layout)
    expectRefusal(
      1, "wg-dispatcher@other.service", "`wg service uninstall`", from: "service install --user")
  }

  @Test func `a record that is damaged is named, not guessed about`() throws {
    try Directory.create(systemd.project.layout.service)
    try systemd.project.folder.write(".wg/service/unit.json", "{\"unit\":\"--help\"}")
    expectRefusal(65, "unit.json", "remove it", from: "service start")
  }

  @Test func `a path that is too long for a unit's name is told before anything is done`() throws {
    let name = "a" + String(repeating: "-", count: 80)
    try Directory.create(systemd.project.folder.file("\(name)/.wg"))
    try systemd.project.folder.write("\(name)/.wg/graph.jsonl", "")
    expectRefusal(
      1, "at most 251", from: "service install --user --dir \(name)")
  }

  @Test func `a project whose folder has the older name gets no socket unit`() throws {
    try Directory.create(systemd.project.folder.file("old/.workgraph"))
    try systemd.project.folder.write("old/.workgraph/graph.jsonl", "")
    expectRefusal(
      1, "knows the folder .wg only", "without `--on-demand`",
      from: "service install --user --on-demand --dir old")
  }

  @Test func `a path that is too long for a socket is told before anything is done`() throws {
    let name = String(repeating: "a", count: 90)
    try Directory.create(systemd.project.folder.file("\(name)/.wg"))
    try systemd.project.folder.write("\(name)/.wg/graph.jsonl", "")
    expectRefusal(
      1, "Linux allows 107", "without `--on-demand`",
      from: "service install --user --on-demand --dir \(name)")
  }
}
