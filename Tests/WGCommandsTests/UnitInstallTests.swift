import ChatStorage
import ControlProtocol
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

/// `wg service install` and `uninstall`, with a `systemctl` that only remembers.
struct UnitInstallTests {
  private let systemd: FakeSystemd
  private let template = "wg-dispatcher@.service"

  init() throws { systemd = try FakeSystemd() }

  private var record: ServiceUnit? { try? ServiceUnit.read(systemd.project.layout) }

  @Test func `installing writes the templates, then enables, notes and starts the unit`() throws {
    let outcome = systemd.run("service install --user")
    #expect(outcome.status == 0, "\(outcome.diagnostics)")
    #expect(
      systemd.calls == ["daemon-reload ", "enable \(systemd.unit)", "start \(systemd.unit)"])
    #expect(record == ServiceUnit(name: systemd.unit, scope: .user))
    let unit = text(of: systemd.unitFile(template)) ?? ""
    #expect(unit.contains("\nExecStart=/") && unit.contains("/wg-dispatcher --dir %f"))
    #expect(!unit.contains("@bindir@"))
    #expect(try FileStatus.of(systemd.unitFile("wg-dispatcher@.socket")) != nil)
    for name in ["end", "failed"] {
      let ending = text(of: systemd.unitFile("wg-dispatcher-\(name)@.service")) ?? ""
      #expect(ending.contains("/wg-dispatcher --unit-hook over --unit wg-dispatcher@%i.service"))
    }
  }

  @Test func `installing again changes nothing and says so`() {
    _ = systemd.run("service install --user")
    let before = systemd.calls
    let outcome = systemd.run("service install --user")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("Nothing to do"))
    #expect(systemd.calls == before)
  }

  @Test func `a dry run tells every step and takes none`() throws {
    let outcome = systemd.run("service install --user --dry-run --json")
    #expect(outcome.status == 0)
    let answer = try JSONValue.parse(Array(outcome.output.utf8))
    #expect(answer["dry_run"] == true)
    #expect(answer["unit"] == .text(systemd.unit))
    #expect(answer["changes"]?.array?.count == 8)
    #expect(
      answer["changes"]?.array?.last?["command"]
        == ["systemctl", "--user", "start", .text(systemd.unit)])
    #expect(systemd.calls.isEmpty && record == nil)
    #expect(try FileStatus.of(systemd.unitFile(template)) == nil)
  }

  @Test func `templates of a package are used as they are`() throws {
    for kind in ["service", "socket"] { try systemd.package("wg-dispatcher@.\(kind)") }
    #expect(systemd.run("service install --user").status == 0)
    #expect(try FileStatus.of(systemd.unitFile(template)) == nil)
    #expect(systemd.calls.first == "enable \(systemd.unit)")
  }

  @Test func `a template of an older wg is replaced, one that somebody wrote is left alone`() throws
  {
    _ = systemd.run("service install --user")
    let old = "# Written by `wg service install`, long ago.\n[Service]\n"
    try Descriptor.open(systemd.unitFile(template), flags: 0o1001).writeAll(old.utf8)
    #expect(systemd.run("service install --user").status == 0)
    #expect(text(of: systemd.unitFile(template))?.contains("WatchdogSec=") == true)

    try AtomicFile.replace(systemd.unitFile(template), with: Array("[Service]\n".utf8))
    let outcome = systemd.run("service install --user")
    #expect(outcome.diagnostics.contains("is left as it is"))
    #expect(text(of: systemd.unitFile(template)) == "[Service]\n")
  }

  @Test func `on demand the socket is enabled in place of the service`() {
    _ = systemd.run("service install --user")
    let before = systemd.calls.count
    #expect(systemd.run("service install --user --on-demand").status == 0)
    #expect(
      Array(systemd.calls[before...]) == [
        "disable \(systemd.unit)", "enable \(systemd.socket)", "stop \(systemd.unit)",
        "start \(systemd.socket)",
      ])
  }

  @Test func `a start that is refused is told, and what was done before it`() throws {
    try systemd.set("refuses", "start")
    let outcome = systemd.run("service install --user")
    #expect(outcome.status == 77)
    #expect(outcome.output.contains("Ran systemctl --user enable"))
    #expect(!outcome.output.contains("Ran systemctl --user start"))
    #expect(outcome.diagnostics.contains("Access denied"))
  }

  @Test func `uninstalling undoes it, and again is nothing to do`() throws {
    _ = systemd.run("service install --user")
    let before = systemd.calls.count
    #expect(systemd.run("service uninstall").status == 0)
    #expect(
      Array(systemd.calls[before...]) == [
        "stop \(systemd.unit)", "disable \(systemd.unit)", "daemon-reload ",
      ])
    #expect(record == nil)
    #expect(try FileStatus.of(systemd.unitFile(template)) == nil)
    let again = systemd.run("service uninstall --user")
    #expect(again.status == 0)
    #expect(again.output.hasPrefix("Nothing to do"))
  }

  @Test func `the templates stay while another project needs them`() throws {
    _ = systemd.run("service install --user")
    let wants = systemd.unitFile("default.target.wants")
    try Directory.create(wants)
    try AtomicFile.replace(wants.appending("wg-dispatcher@other.service"), with: [])
    #expect(systemd.run("service uninstall").status == 0)
    #expect(try FileStatus.of(systemd.unitFile(template)) != nil)
    #expect(record == nil)
  }

  @Test func `a unit whose template is gone loses the links that enabled it`() throws {
    _ = systemd.run("service install --user")
    let link = systemd.unitFile("default.target.wants/\(systemd.unit)")
    try Directory.create(link.removingLastComponent())
    try AtomicFile.replace(link, with: [])
    for kind in ["service", "socket"] {
      try AtomicFile.remove(systemd.unitFile("wg-dispatcher@.\(kind)"))
    }
    #expect(systemd.run("service uninstall").status == 0)
    #expect(try FileStatus.of(link) == nil)
    #expect(record == nil)
  }

  @Test func `uninstalling where systemd is gone forgets the unit`() throws {
    _ = systemd.run("service install --user")
    systemd.removeSystemd()
    #expect(systemd.run("service uninstall").status == 0)
    #expect(record == nil)
  }
}
