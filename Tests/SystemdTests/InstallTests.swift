import Foundation
import TestSupport
import Testing

extension World {
  /// `wg service install`, as a user types it.
  @Suite struct InstallTests {
    private let folder = "/srv/somebody's project"

    /// A project of user wg, and the unit that would serve it.
    private func project() throws -> Unit {
      _ = try SystemService()
      try shell(
        """
        mkdir -p "\(folder)" && chown wg: "\(folder)"
        runuser -u wg -- wg --dir "\(folder)" init
        """)
      let name = try shell("systemd-escape --path \"\(folder)\"").firstLine
      return Unit(name: "wg-dispatcher@\(name).service")
    }

    private func wg(_ arguments: String) throws -> ShellOutcome {
      try attempt("cd / && wg --dir \"\(folder)\" \(arguments)")
    }

    private func forget(_ unit: Unit) {
      _ = try? wg("service uninstall")
      _ = try? shell(
        "systemctl disable --now '\(unit.name)'; rm -rf \"\(folder)\"; systemctl daemon-reload")
    }

    @Test func `a rehearsal changes nothing, installing does, and doing it again changes nothing`()
      throws
    {
      let unit = try project()
      defer { forget(unit) }
      let rehearsed = try wg("service install --system --dry-run")
      #expect(rehearsed.status == 0, "\(rehearsed)")
      #expect(try unit.state == "inactive")

      let installed = try wg("service install --system")
      #expect(installed.status == 0, "\(installed)")
      #expect(try unit.state == "active")
      #expect(try unit.property("UnitFileState") == "enabled")
      let pid = try unit.mainPID

      let again = try wg("service install --system")
      #expect(again.status == 0, "\(again)")
      #expect(try unit.mainPID == pid, "it goes on as it was")
    }

    @Test func `start, stop and restart go through the unit, and uninstall leaves the chats`()
      throws
    {
      let unit = try project()
      defer { forget(unit) }
      try #require(try wg("service install --system").status == 0)
      try #require(try wg("chat create --handler echo --name talk").status == 0)
      #expect(try wg("chat send --wait --timeout 20 talk hello").firstLine == "hello")

      let first = try unit.mainPID
      let restarted = try wg("service restart")
      #expect(restarted.status == 0, "\(restarted)")
      let second = try unit.mainPID
      #expect(second != first && second > 0)
      #expect(try wg("chat send --wait --timeout 20 talk again").firstLine == "again")

      #expect(try wg("service stop").status == 0)
      #expect(try unit.state == "inactive")
      #expect(try unit.processes().isEmpty)
      #expect(try wg("service start").status == 0)
      #expect(try unit.state == "active")

      let removed = try wg("service uninstall")
      #expect(removed.status == 0, "\(removed)")
      #expect(try unit.state == "inactive")
      #expect(try unit.property("UnitFileState") != "enabled")
      #expect(try wg("chat history talk").output.contains("again"))
    }

    @Test func `a dispatcher that somebody started by hand has to be stopped first`() throws {
      let unit = try project()
      defer { forget(unit) }
      try shell("cd /; runuser -u wg -- wg --dir \"\(folder)\" service start")
      let refused = try wg("service install --system")
      #expect(refused.status != 0, "\(refused)")
      #expect(refused.errors.contains("wg service stop"), "\(refused)")
      #expect(try wg("service stop").status == 0)
      #expect(try wg("service install --system").status == 0)
      #expect(try unit.state == "active")
    }
  }
}
