import Foundation
import TestSupport
import Testing

extension World {
  /// `wg doctor` beside real services.
  @Suite struct DoctorTests {
    private typealias Findings = [[String: Any]]

    /// The findings about one thing.
    private func findings(_ check: String, in document: [String: Any]) -> Findings {
      let all = document["findings"] as? Findings ?? []
      return all.filter { $0["check"] as? String == check }
    }

    private func severities(_ check: String, in document: [String: Any]) -> Set<String> {
      Set(findings(check, in: document).compactMap { $0["severity"] as? String })
    }

    /// What somebody who is not root is told about a folder.
    private func document(_ folder: String, as user: String) throws -> [String: Any] {
      let number = try shell("id -u \(user)").firstLine
      let line =
        "cd / && XDG_RUNTIME_DIR=/run/user/\(number) wg --dir '\(folder)' doctor --json"
      let outcome = try attempt("runuser -u \(user) -- bash -c \"\(line)\"")
      let object = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      guard let object = object as? [String: Any] else { throw FaultError("\(outcome)") }
      return object
    }

    @Test func `a service that runs is well, and one that has failed for good is a problem`() throws
    {
      let service = try SystemService()
      try service.start()
      _ = try service.createChat()
      let well = try service.json("doctor")
      #expect(well["ok"] as? Bool == true, "\(well)")
      for check in ["systemd", "journal", "programs", "permissions", "dispatcher", "leftovers"] {
        #expect(severities(check, in: well) == ["ok"], "\(findings(check, in: well))")
      }
      try service.unit.configure("[Service]\nRestart=no")
      try service.unit.systemctl("kill --signal=KILL")
      try service.unit.wait(for: "failed")
      let failed = try service.json("doctor")
      #expect(failed["ok"] as? Bool == false)
      #expect(severities("unit", in: failed).contains("problem"), "\(findings("unit", in: failed))")
    }

    @Test func `a look at a service on demand starts none`() throws {
      let service = try SystemService()
      try service.socket.systemctl("start")
      let document = try service.json("doctor")
      #expect(severities("dispatcher", in: document) == ["ok"])
      #expect(severities("leftovers", in: document) == ["ok"])
      #expect(severities("permissions", in: document) == ["ok"])
      #expect(try service.unit.state == "inactive")
    }

    @Test func `a user whose unit needs lingering is told so, until there is lingering`() throws {
      _ = try SystemService()
      try shell("useradd --create-home --shell /bin/bash eve")
      defer { _ = try? shell("loginctl disable-linger eve; userdel --force --remove eve") }
      let folder = "/home/eve/project"
      try shell(
        """
        cd /; runuser -u eve -- bash -c 'mkdir -p \(folder) && wg --dir \(folder) init
        mkdir -p \(folder)/.wg/service
        echo "{\\"version\\":1,\\"unit\\":\\"wg-dispatcher@home-eve-project.service\\",\\"scope\\":\\"user\\"}" \
          > \(folder)/.wg/service/unit.json'
        """)
      let before = try document(folder, as: "eve")
      #expect(severities("linger", in: before) == ["warning"])
      #expect(severities("user-manager", in: before) == ["problem"])
      try shell("loginctl enable-linger eve")
      let isReachable = try eventually {
        severities("user-manager", in: try document(folder, as: "eve")) == ["ok"]
      }
      #expect(isReachable)
      #expect(severities("linger", in: try document(folder, as: "eve")) == ["ok"])
    }
  }
}
