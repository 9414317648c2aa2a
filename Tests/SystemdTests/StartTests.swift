import Foundation
import TestSupport
import Testing

extension World {
  /// The system service from its start to its stop.
  @Suite struct StartTests {
    @Test func `start returns when the dispatcher is ready, and not before`() throws {
      let service = try SystemService()
      let command = try service.unit.command()
      // It goes on when somebody opens the gate.
      try shell("mkdir -p /run/wg-gate && rm -f /run/wg-gate/* && mkfifo -m 666 /run/wg-gate/gate")
      try service.unit.configure(
        """
        [Service]
        ExecStart=
        ExecStart=/bin/sh -c 'read open </run/wg-gate/gate; exec \(command)'
        """)
      try shell("systemd-run --quiet --collect --unit=wg-test-start systemctl start wg-dispatcher")
      try service.until("the dispatcher is at the gate") { try service.unit.mainPID != 0 }
      #expect(try service.unit.state == "activating")
      #expect(try Unit(name: "wg-test-start").state == "active", "start still waits")
      #expect(try attempt("wg --dir /var/lib/wg service status").output.contains("not running"))
      try shell("echo open > /run/wg-gate/gate")
      try service.unit.wait(for: "active")
      #expect(try service.wg("service status").output.contains("running"))
    }

    @Test func `the status line says which chats are in which state`() throws {
      let service = try SystemService()
      try service.start()
      #expect(service.unit.status.contains("Status: \"No chats"))
      let chat = try service.createChat()
      _ = try service.createChat()
      #expect(try service.ask(chat, "hello") == "hello")
      let expected = /Status: "2 chats: 1 running, 1 resting/
      try service.until("the status line has both") {
        service.unit.status.contains(expected)
      }
    }

    @Test func `a chat is created and answered by root and by the service's own user`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      #expect(try service.ask(chat, "one") == "one")
      let other = try shell(
        """
        cd / && runuser -u wg -- wg --dir /var/lib/wg chat create --handler echo --name theirs
        runuser -u wg -- wg --dir /var/lib/wg chat send --wait theirs two
        """)
      #expect(other.lines.last == "two", "\(other)")
      #expect(try service.ask(chat, "three") == "three")
    }

    @Test func `stop leaves no process and no cgroup`() throws {
      let service = try SystemService()
      try service.start()
      let chats = try (1...3).map { _ in try service.createChat() }
      for chat in chats { _ = try service.ask(chat, "hello") }
      let group = try service.unit.property("ControlGroup")
      #expect(try service.unit.processes().count >= 4)
      let pids = try service.unit.processes()
      try service.unit.systemctl("stop")
      for pid in pids { #expect(try attempt("kill -0 \(pid)").status != 0, "\(pid) is alive") }
      #expect(try attempt("test -e /sys/fs/cgroup'\(group)'").status != 0)
      #expect(try service.unit.property("Result") == "success")
      #expect(try service.journal.entries("WG_EVENT=dispatcher.stopped").count == 1)
    }

    @Test func `stop ends what ignores SIGTERM as well, and says that it lasts`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat(
        "--command 'trap \"\" TERM; while read -r line; do echo \"$line\"; done'")
      _ = try service.ask(chat, "hello")
      let pids = try service.unit.processes()
      try service.unit.systemctl("stop", within: 90)
      for pid in pids { #expect(try attempt("kill -0 \(pid)").status != 0, "\(pid) is alive") }
      #expect(try service.unit.property("Result") == "success")
    }

    @Test func `restart replaces the dispatcher, and the chats are answered again`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      _ = try service.ask(chat, "before")
      let (dispatcher, handler) = (try service.unit.mainPID, try service.handler(of: chat))
      try service.unit.systemctl("restart")
      #expect(try attempt("kill -0 \(dispatcher)").status != 0)
      let expected = try [handler, service.unit.mainPID].sorted()
      #expect(try service.unit.processes().sorted() == expected, "no more than what is wanted")
      #expect(try service.ask(chat, "after") == "after")
      let history = try service.wg("chat history \(chat)").output
      #expect(history.contains("before") && history.contains("after"))
    }

    @Test func `reload keeps the dispatcher and its handlers`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      _ = try service.ask(chat, "hello")
      let (dispatcher, handler) = (try service.unit.mainPID, try service.handler(of: chat))
      try service.unit.systemctl("reload")
      _ = try service.journal.entry("WG_EVENT=dispatcher.reloaded")
      try service.unit.wait(for: "active")
      #expect(try service.unit.mainPID == dispatcher)
      #expect(try service.handler(of: chat) == handler)
    }
  }
}
