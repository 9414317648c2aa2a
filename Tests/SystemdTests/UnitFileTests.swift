import Foundation
import SystemPackage
import TestSupport
import Testing

extension World {
  /// The units as systemd reads them.
  @Suite struct UnitFileTests {
    private let units = "\(TestPrograms.packageRoot)/units"

    /// What `systemd-analyze verify` has to say; nothing, for units that are right.
    private func complaints(_ options: String, _ files: String) throws -> String {
      // A user's manager has its runtime folder somewhere.
      let outcome = try attempt("XDG_RUNTIME_DIR=/run systemd-analyze verify \(options) \(files)")
      return outcome.output + outcome.errors + (outcome.status == 0 ? "" : "\(outcome.status)")
    }

    @Test(arguments: ["system", "user"])
    func `systemd-analyze verify is silent on every unit before and after install`(manager: String)
      throws
    {
      try World.require()
      let folder = "/run/wg-units/\(manager)"
      try shell(
        """
        mkdir -p \(folder) && cp \(units)/\(manager)/* \(folder)
        sed -i 's|@bindir@|/usr/local/bin|' \(folder)/*
        """)
      let installed = "/usr/local/lib/systemd/\(manager)"
      let before = try complaints("--man=no --\(manager)", "\(folder)/*")
      #expect(before == "")
      let after = try complaints("--\(manager)", "\(installed)/wg-dispatcher*")
      #expect(after == "")
      let copies = try attempt("diff -r \(folder) \(installed) | grep -v '^Only in \(installed)'")
      #expect(copies.output == "", "what is installed is what is here")
    }

    @Test func `the drop-ins that this systemd is new enough for are read without a complaint`()
      throws
    {
      let service = try SystemService()
      let version = try World.version
      let files = try shell("ls \(units)/drop-ins").lines.map(String.init)
      let usable = files.filter { Int($0.prefix { $0.isNumber }) ?? .max <= version }
      print("systemd \(version): \(usable.count) of \(files.count) drop-ins")
      for file in usable {
        try service.unit.configure(
          try shell("cat \(units)/drop-ins/\(file)").output, as: String(file.dropLast(5)))
      }
      #expect(try complaints("--man=no", "wg-dispatcher.service") == "")
      try service.start()
      let chat = try service.createChat()
      #expect(try service.ask(chat, "hello") == "hello")
      try service.unit.systemctl("reload")
      #expect(try service.unit.state == "active")
      #expect(try service.journal.entries("WG_EVENT=dispatcher.reloaded").count == 1)
    }

    @Test func `the system service is exposed to 3.0 at most, and says what it can do`() throws {
      try World.require()
      let outcome = try attempt("systemd-analyze security --threshold=30 wg-dispatcher.service")
      #expect(outcome.status == 0, "\(outcome.lines.last ?? "")")
    }
  }
}
