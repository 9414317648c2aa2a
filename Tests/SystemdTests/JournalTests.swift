import Foundation
import TestSupport
import Testing

extension World {
  /// The journal's part in the life of a dispatcher: wg-journal-fields(7).
  @Suite struct JournalTests {
    /// A handler by the contract that says who it is on both of its streams.
    private func talkingHandler(_ script: String = "echo \"out of $WG_DIR\"; echo '<3>aside' >&2")
      throws -> String
    {
      try shell(
        """
        cat > /usr/local/bin/wg-test-handler <<'END'
        #!/bin/sh
        \(script)
        exec /usr/local/bin/wg-handler echo
        END
        chmod 755 /usr/local/bin/wg-test-handler
        """)
      return "--handler /usr/local/bin/wg-test-handler"
    }

    /// A second project with a dispatcher that is a service of its own.
    private func secondProject(_ handler: String) throws {
      try shell(
        """
        rm -rf /srv/second && mkdir -p /srv/second && wg --dir /srv/second init
        wg --dir /srv/second chat create \(handler)
        systemd-run --quiet --collect --unit=wg-test-second --service-type=notify \
          /usr/local/bin/wg-dispatcher --dir /srv/second
        wg --dir /srv/second chat send --wait --timeout 20 1 hello
        """)
    }

    @Test func `what a handler writes is told from another project's chat of that number`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat(try talkingHandler())
      #expect(try service.ask(chat, "hello") == "hello")
      try secondProject("--handler /usr/local/bin/wg-test-handler")
      let ours = try service.journal.entries("-t wg-chat-\(chat) MESSAGE='out of /var/lib/wg/.wg'")
      #expect(ours.count == 1 && ours[0]["PRIORITY"] == "6" && ours[0]["_TRANSPORT"] == "stdout")
      let logs = try service.wg("service logs --chat \(chat)").output
      #expect(logs == "out of /var/lib/wg/.wg\n<3>aside\n")
      let theirs = try shell("wg --dir /srv/second service logs --chat 1").output
      #expect(theirs == "out of /srv/second/.wg\n<3>aside\n")
      let shown = try service.wg("chat show \(chat)").output
      #expect(shown.hasSuffix("Last output:\n  out of /var/lib/wg/.wg\n  <3>aside\n"), "\(shown)")
    }

    @Test func `a journal that reads nothing stops no dispatcher, and loses nothing of a purge`()
      throws
    {
      let service = try SystemService()
      try service.start()
      for _ in 1...20 { _ = try service.createChat() }
      try shell("systemctl kill --signal=STOP systemd-journald")
      defer { _ = try? shell("systemctl kill --signal=CONT systemd-journald") }
      // More than the 512 entries that the kernel keeps, and less than the dispatcher does.
      for round in 1...6 {
        for chat in [1, 7, 13, 20] { #expect(try service.ask(chat, "\(round)") == "\(round)") }
        try service.wg("service purge-chats --yes", within: 30)
        for chat in 1...20 { try service.wg("chat restore \(chat)", within: 20) }
      }
      #expect(try service.unit.state == "active")
      try shell("systemctl kill --signal=CONT systemd-journald")
      try service.until("every purge is in the journal") {
        try service.journal.entries("WG_EVENT=chat.purged").count == 120
      }
      #expect(try service.journal.entries("WG_EVENT=log.lost").isEmpty)
    }

    @Test
    func
      `a handler that floods the journal costs the dispatcher no warning and no line of its log`()
      throws
    {
      let service = try SystemService()
      try service.unit.configure("[Service]\nLogRateLimitIntervalSec=1h\nLogRateLimitBurst=50")
      try service.start()
      let chat = try service.createChat(try talkingHandler("seq 20000"))
      #expect(try service.ask(chat, "hello") == "hello")
      try shell("kill -KILL \(try service.handler(of: chat))")
      let death = try service.journal.entry("WG_EVENT=chat.exited")
      #expect(death["PRIORITY"] == "4")
      let stored = try service.journal.entries("-t wg-chat-\(chat)").count
      // In a world, the journal of systemd 257 was seen to take all of them.
      if try World.version < 257 {
        #expect(stored < 20_000, "the journal's own bound was at work")
      }
      let log = try shell("cat /var/lib/wg/.wg/service/daemon.log").output
      #expect(log.contains("handler subprocess exited signal: 9"))
    }

    @Test func `who may not read the journal is told which groups may`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat(try talkingHandler())
      _ = try service.ask(chat, "hello")
      try shell("chmod -R o+rX /var/lib/wg")
      let run = "setpriv --reuid=nobody --regid=nogroup --clear-groups wg --dir /var/lib/wg"
      let refused = try attempt("\(run) service logs --chat \(chat)")
      #expect(refused.status == 77 && refused.errors.contains("systemd-journal"), "\(refused)")
    }

    @Test func `the output of a run that the journal was not there for is in the file`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat(try talkingHandler())
      _ = try service.ask(chat, "one")
      let sockets = "systemd-journald.socket systemd-journald-dev-log.socket"
      try shell("systemctl stop \(sockets) systemd-journald-audit.socket systemd-journald.service")
      defer { _ = try? shell("systemctl start \(sockets) systemd-journald.service") }
      try shell("kill -KILL \(try service.handler(of: chat))")
      #expect(try service.ask(chat, "two") == "two")
      let log = "/var/lib/wg/.wg/service"
      #expect(try shell("cat \(log)/handler-\(chat).log").output.contains("out of /var/lib/wg"))
      #expect(try shell("cat \(log)/daemon.log").output.contains("handlers' output goes to"))
      try shell("systemctl start \(sockets) systemd-journald.service")
      try service.wg("chat stop \(chat)")
      let lost = try service.journal.entry("WG_EVENT=log.lost")
      #expect(Int(lost["WG_LOST"] ?? "").map { $0 > 0 } == true)
    }
  }
}
