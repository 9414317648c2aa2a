import Foundation
import TestSupport
import Testing

extension World {
  /// Project folders with dispatchers of their own.
  @Suite struct InstanceTests {
    /// A project of a user, and the instance that serves it.
    private func instance(at folder: String, of user: String) throws -> Unit {
      try shell(
        """
        mkdir -p '\(folder)' && chown \(user): '\(folder)'
        runuser -u \(user) -- wg --dir '\(folder)' init
        """)
      let name = try shell("systemd-escape --path '\(folder)'").output
        .trimmingCharacters(in: .newlines)
      return Unit(name: "wg-dispatcher@\(name).service")
    }

    private func ask(_ folder: String, as user: String, _ text: String) throws -> String {
      let wg = "runuser -u \(user) -- wg --dir '\(folder)'"
      return try shell(
        """
        cd /; \(wg) chat create --handler echo --name talk >/dev/null || true
        \(wg) chat send --wait --timeout 20 talk '\(text)'
        """
      ).output.trimmingCharacters(in: .newlines)
    }

    @Test func `projects beside each other do not know of each other`() throws {
      let service = try SystemService()
      let folders = ["/srv/one", "/srv/two words-and ä"]
      let units = try folders.map { try instance(at: $0, of: "wg") }
      for unit in units + [service.unit] { try unit.systemctl("start") }
      for folder in folders { #expect(try ask(folder, as: "wg", folder) == folder) }
      let chat = try service.createChat()
      #expect(try service.ask(chat, "hello") == "hello")

      for (folder, unit) in zip(folders, units) {
        let spawns = try service.journal.entries("--unit='\(unit.name)' WG_EVENT=chat.spawned")
        #expect(!spawns.isEmpty)
        #expect(spawns.allSatisfy { $0["WG_PROJECT"]?.hasPrefix(folder) == true }, "\(spawns)")
        #expect(unit.status.contains(/Status: ".*\b1 running/), "\(unit.status)")
      }
      try units[0].systemctl("stop")
      #expect(try ask(folders[1], as: "wg", "still there") == "still there")
      #expect(try service.ask(chat, "and here") == "and here")
      // What a dispatcher still writes to cannot be removed.
      try units[1].systemctl("stop")
      try shell("rm -rf /srv/one '/srv/two words-and ä'")
    }

    @Test func `a project folder of somebody else is refused with a line that says so`() throws {
      _ = try SystemService()
      let unit = try instance(at: "/srv/roots", of: "root")
      #expect(try attempt("systemctl start '\(unit.name)'").status != 0)
      #expect(try unit.property("ExecMainStatus") == "77")
      #expect(try unit.property("NRestarts") == "0", "a restart cannot cure it")
      #expect(unit.status.contains("/srv/roots"), "\(unit.status)")
      try shell("rm -rf /srv/roots")
    }

    @Test func `a user's own manager serves a project, with nobody logged in`() throws {
      let service = try SystemService()
      try shell("useradd --create-home --shell /bin/bash ada && loginctl enable-linger ada")
      defer { _ = try? shell("loginctl terminate-user ada; userdel --force --remove ada") }
      let folder = "/home/ada/project"
      var unit = try instance(at: folder, of: "ada")
      unit.scope = "--user --machine=ada@.host"
      _ = try eventually("ada's manager") {
        try attempt("systemctl --user --machine=ada@.host is-system-running").output
          .contains(/running|degraded/) ? true : nil
      }
      try unit.systemctl("start")
      #expect(try ask(folder, as: "ada", "hello") == "hello")
      #expect(unit.status.contains(/Status: ".*\b1 running/), "\(unit.status)")
      let entry = try service.journal.entry(
        "_SYSTEMD_USER_UNIT='\(unit.name)' WG_EVENT=chat.spawned")
      #expect(entry["WG_PROJECT"]?.hasPrefix(folder) == true, "\(entry)")
      let dispatcher = try unit.mainPID
      let pids = try unit.processes()
      #expect(pids.count == 2)
      try unit.systemctl("restart")
      #expect(try ask(folder, as: "ada", "hello again") == "hello again")
      let handler = pids.filter { $0 != dispatcher }
      #expect(try Set(unit.processes()) == Set(handler + [unit.mainPID]), "it goes on")
      try unit.systemctl("stop")
      for pid in pids { #expect(try attempt("kill -0 \(pid)").status != 0, "\(pid) is alive") }
    }
  }
}
