import Foundation
import TestSupport
import Testing

extension World {
  /// Systems on which something is wrong.
  @Suite struct BadInputTests {
    @Test func `a unit started twice is one dispatcher, and a second unit for it is refused`()
      throws
    {
      let service = try SystemService()
      try service.start()
      let pid = try service.unit.mainPID
      try service.start()
      #expect(try service.unit.mainPID == pid)
      let second = Unit(name: "wg-dispatcher@var-lib-wg.service")
      try second.configure("[Service]\nRestart=no")
      #expect(try attempt("systemctl start \(second.name)").status != 0)
      #expect(second.status.contains("another dispatcher serves this project"), "\(second.status)")
      #expect(try service.unit.mainPID == pid)
      let chat = try service.createChat()
      #expect(try service.ask(chat, "hello") == "hello")
    }

    @Test func `a state folder of somebody else is named, and nothing in it is lost`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      _ = try service.ask(chat, "before")
      try service.unit.systemctl("stop")
      try shell("chown -R root:root /var/lib/wg/.wg && chmod -R go= /var/lib/wg/.wg")
      let listing = "cd /var/lib/wg/.wg && find . -type f -printf '%p %s\\n' | sort"
      let before = try shell(listing).output
      #expect(try attempt("systemctl start wg-dispatcher").status != 0)
      #expect(try service.unit.state == "failed", "no restart can cure it")
      #expect(
        service.unit.status.contains(/\/var\/lib\/wg.*([Pp]ermi|owner)/), "\(service.unit.status)")
      #expect(try shell(listing).output == before)
      try shell("chown -R wg:wg /var/lib/wg/.wg && chmod -R u+rwX,g+rX /var/lib/wg/.wg")
      try shell("systemctl reset-failed wg-dispatcher")
      try service.start()
      #expect(try service.ask(chat, "after") == "after")
      #expect(try service.wg("chat history \(chat)").output.contains("before"))
    }

    @Test func `a journal on a full disk costs entries, not answers`() throws {
      let service = try SystemService()
      try shell(
        """
        mount -t tmpfs -o size=9M tmpfs /var/log/journal
        systemctl restart systemd-journald && journalctl --flush
        dd if=/dev/zero of=/var/log/journal/full bs=64k 2>/dev/null || true
        """)
      defer {
        _ = try? shell("umount --lazy /var/log/journal; systemctl restart systemd-journald")
      }
      try service.start()
      let chat = try service.createChat()
      try shell("seq 200 | systemd-cat; head -c 9M /dev/zero | tr '\\0' a | fold | systemd-cat")
      #expect(try service.ask(chat, "hello") == "hello")
      let handler = try service.handler(of: chat)
      try shell("kill -KILL \(handler)")
      #expect(try service.ask(chat, "again") == "again")
      #expect(try service.unit.state == "active")
      let log = try shell("cat /var/lib/wg/.wg/service/daemon.log").output
      #expect(log.contains("signal"), "the death is on record: \(log)")
    }

    @Test func `without any journal the log file has everything`() throws {
      let service = try SystemService()
      let sockets = "systemd-journald.socket systemd-journald-dev-log.socket"
      try shell(
        "systemctl stop \(sockets) systemd-journald.service; rm -f /run/systemd/journal/socket")
      defer { _ = try? shell("systemctl start \(sockets) systemd-journald.service") }
      try service.start()
      let chat = try service.createChat("--command 'while read -r l; do echo \"got $l\"; done'")
      #expect(try service.ask(chat, "hello") == "got hello")
      let log = try shell("cat /var/lib/wg/.wg/service/daemon.log").output
      #expect(log.contains("Ready") && log.contains("Coordinator-\(chat)"), "\(log)")
      let logs = try service.wg("service logs")
      #expect(logs.output.contains("Coordinator-\(chat)"), "\(logs)")
      #expect(service.unit.status.contains(/Status: ".*\b1 running/))
    }

    @Test func `a NOTIFY_SOCKET that is gone harms nobody`() throws {
      let service = try SystemService()
      try shell(
        """
        cd / && runuser -u wg -- wg --dir /var/lib/wg init
        systemd-run --quiet --unit=wg-test-orphan --uid=wg --setenv=NOTIFY_SOCKET=/run/gone/notify \
          --setenv=WATCHDOG_USEC=1000000 --property=NotifyAccess=none \
          /usr/local/bin/wg-dispatcher --dir /var/lib/wg
        """)
      let orphan = Unit(name: "wg-test-orphan.service")
      try service.until("it serves") {
        try attempt("wg --dir /var/lib/wg service status").output.contains("running (")
      }
      let chat = try service.createChat()
      #expect(try service.ask(chat, "hello") == "hello")
      #expect(try orphan.property("NRestarts") == "0" && orphan.state == "active")
      try orphan.systemctl("stop")
      #expect(try orphan.property("Result") == "success")
    }

    @Test func `entries read well without the catalog`() throws {
      let service = try SystemService()
      let catalog = "/usr/local/lib/systemd/catalog/wg.catalog"
      try shell("mv \(catalog) /run/wg.catalog && journalctl --update-catalog")
      defer { _ = try? shell("mv /run/wg.catalog \(catalog) && journalctl --update-catalog") }
      try service.start()
      _ = try service.journal.entry("WG_EVENT=dispatcher.ready")
      #expect(try service.journal.text("-x WG_EVENT=dispatcher.ready").contains("Ready: No chats"))
    }

    @Test func `an environment without HOME is enough`() throws {
      let service = try SystemService()
      try service.unit.configure("[Service]\nUnsetEnvironment=HOME USER LOGNAME SHELL")
      try service.start()
      let chat = try service.createChat("--command 'while read -r l; do echo \"got $l\"; done'")
      #expect(try service.ask(chat, "hello") == "got hello")
    }
  }
}
