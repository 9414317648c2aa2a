import Foundation
import TestSupport
import Testing

extension World {
  /// What an operator sees of who knows how handlers end while there is no dispatcher.
  @Suite struct UnwatchedEndsTests {
    private func expect(
      _ ends: String, because cause: String?, _ sentence: String, severity: String,
      _ service: SystemService
    ) throws {
      try service.until("the status line tells") { service.unit.status.contains(sentence) }
      let status = try service.json("service status")
      #expect(status["unwatched_ends"] as? String == ends)
      #expect(status["unwatched_ends_cause"] as? String == cause)
      #expect(try service.wg("service status").output.contains("dispatcher: \(sentence)"))
      let findings = try service.json("doctor")["findings"] as? [[String: Any]] ?? []
      let finding = findings.first { $0["check"] as? String == "ends" }
      #expect(finding?["severity"] as? String == severity, "\(findings)")
      let event = ends == "unknown" ? "ends.unknown" : "ends.known"
      let entry = try service.journal.entry("WG_EVENT=\(event)")
      #expect(entry["WG_REASON"] == cause ?? ends, "\(entry)")
      try service.until("systemd keeps nothing of the trial") {
        try service.unit.property("NFileDescriptorStore") == "0"
      }
    }

    /// What a dispatcher leaves that is killed before it takes its trial back.
    private func leaveTrial(in group: String) throws {
      try shell(
        """
        /usr/bin/python3 - <<'END'
        import os, socket
        with open('/sys/fs/cgroup\(group)/dispatcher/cgroup.procs', 'w') as processes:
            processes.write('0')
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.connect('/run/systemd/notify')
        socket.send_fds(manager, [b'FDSTORE=1\\nFDNAME=run-trial\\nFDPOLL=0'], [os.pipe()[1]])
        # Whose it is systemd finds out as long as the sender lives.
        barrier = os.pipe()
        socket.send_fds(manager, [b'BARRIER=1'], [barrier[1]])
        os.close(barrier[1])
        os.read(barrier[0], 1)
        END
        """)
    }

    @Test func `systemd keeps descriptors, and everybody says so`() throws {
      let service = try SystemService()
      try service.start()
      try expect(
        "service-manager", because: nil, "known to the service manager", severity: "ok", service)
      let explained = try service.journal.text("-x WG_EVENT=ends.known")
      #expect(explained.contains("FileDescriptorStoreMax= of them"), "\(explained)")
    }

    @Test func `a unit that keeps nothing is found out, and what would be better is said`() throws {
      let service = try SystemService()
      try service.unit.configure("[Service]\nFileDescriptorStoreMax=0")
      try service.start()
      try expect(
        "unknown", because: "store-refused", "unknown, the service manager keeps no descriptors",
        severity: "warning", service)
      let explained = try service.journal.text("-x WG_EVENT=ends.unknown")
      #expect(explained.contains("store-refused  FileDescriptorStoreMax="), "\(explained)")
    }

    @Test func `on an older kernel the keeper knows, and the unit is no stranger to doctor`() throws
    {
      let service = try SystemService()
      try service.useOldKernel()
      try service.start()
      try expect("keeper", because: nil, "known to the keeper", severity: "ok", service)
      let findings = try service.json("doctor")["findings"] as? [[String: Any]] ?? []
      let units = findings.filter { $0["check"] as? String == "unit" }
      #expect(!units.isEmpty && !units.contains { $0["severity"] as? String == "warning" })
    }

    @Test func `on an older kernel without a keeper nobody knows`() throws {
      let service = try SystemService()
      try service.useOldKernel(keeper: "no")
      try service.start()
      try expect(
        "unknown", because: "old-kernel", "unknown, Linux tells them from 6.15 on",
        severity: "note", service)
    }

    @Test func `a trial that a dispatcher died in is no trouble to the next one`() throws {
      guard try attempt("test -x /usr/bin/python3").status == 0 else {
        print("passed over: there is no python3 to store a descriptor as a dispatcher does")
        return
      }
      let service = try SystemService()
      try service.unit.configure("[Service]\nNotifyAccess=all")
      try service.start()
      let first = try service.unit.mainPID
      try leaveTrial(in: try service.unit.property("ControlGroup"))
      try service.until("systemd keeps it") {
        try service.unit.property("NFileDescriptorStore") == "1"
      }
      try shell("kill -KILL \(first)")
      try service.awaitSuccessor(of: first)
      try expect(
        "service-manager", because: nil, "known to the service manager", severity: "ok", service)
    }
  }
}
