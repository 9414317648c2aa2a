import Foundation
import TestSupport
import Testing

extension World {
  /// Handlers when their dispatcher goes and another one comes.
  @Suite struct OutlivingTests {
    /// A handler that takes a message, and answers when the gate is open.
    private static let gated = """
      --command 'while read -r line; do touch /run/wg/taken; \
      until [ -e /run/wg/go ]; do sleep 0.05; done; echo "$line"; done'
      """

    private func isAlive(_ pid: Int) throws -> Bool { try attempt("kill -0 \(pid)").status == 0 }

    /// A question whose answer comes into a file, once the handler has taken it.
    private func begin(_ text: String, to chat: Int, _ service: SystemService) throws {
      try shell("rm -f /run/wg/taken /run/wg/go /run/wg-answer")
      try shell(
        """
        systemd-run --quiet --collect --unit=wg-test-asker --property=StandardOutput=file:/run/wg-answer \
          wg --dir \(service.folder) chat send --wait --timeout 60 \(chat) '\(text)'
        """)
      try service.until("the handler has the message") {
        try attempt("test -e /run/wg/taken").status == 0
      }
    }

    private func expectAnswer(_ text: String, _ service: SystemService) throws {
      try shell("touch /run/wg/go")
      try service.until("the answer is there") {
        try attempt("cat /run/wg-answer").firstLine == text
      }
    }

    @Test(arguments: ["systemctl restart wg-dispatcher", "wg --dir /var/lib/wg service restart"])
    func `a restart keeps the handler and its turn`(command: String) throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat(Self.gated)
      try begin("long question", to: chat, service)
      let (dispatcher, handler) = (try service.unit.mainPID, try service.handler(of: chat))
      try shell(command)
      #expect(try service.unit.state == "active")
      #expect(try service.unit.mainPID != dispatcher)
      #expect(try service.handler(of: chat) == handler)
      try expectAnswer("long question", service)
      #expect(try service.ask(chat, "next") == "next")
      #expect(try service.handler(of: chat) == handler)
      #expect(try service.journal.entries("WG_EVENT=chat.spawned").count == 2, "decided and done")
      try service.unit.systemctl("stop")
      #expect(try !isAlive(handler))
    }

    @Test func `a dispatcher that is killed leaves the handler to the next one`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat(Self.gated)
      try begin("asked before", to: chat, service)
      let (dispatcher, handler) = (try service.unit.mainPID, try service.handler(of: chat))
      try shell("kill -KILL \(dispatcher)")
      try service.awaitSuccessor(of: dispatcher)
      #expect(try service.handler(of: chat) == handler)
      try expectAnswer("asked before", service)
      try service.unit.systemctl("stop")
      #expect(try !isAlive(handler))
      #expect(try service.unit.property("Result") == "success")
    }

    @Test func `stop ends the handlers although the restart of a dispatcher is due`() throws {
      let service = try SystemService()
      try service.unit.configure("[Service]\nRestartSec=1h")
      try service.start()
      let handler = try service.stubbornHandler()
      try shell("kill -KILL \(service.unit.mainPID)")
      try service.until("a restart is due") {
        try service.unit.property("SubState") == "auto-restart"
      }
      #expect(try isAlive(handler))
      try service.unit.systemctl("stop")
      #expect(try service.unit.state == "inactive" || service.unit.state == "failed")
      try service.until("the handler is gone") { try !isAlive(handler) }
    }

    @Test func `stop ends the handlers although what looks after a death has looked already`()
      throws
    {
      let service = try SystemService()
      try service.unit.configure("[Service]\nRestartSec=1h")
      let look = Unit(name: "wg-dispatcher-failed.service")
      // Else it is over within a millisecond.
      try shell("mkfifo -m 600 /run/wg-test-looked")
      defer { _ = try? shell("rm /run/wg-test-looked") }
      try look.configure("[Service]\nExecStartPost=/bin/cat /run/wg-test-looked")
      try service.start()
      let handler = try service.stubbornHandler()
      try shell("kill -KILL \(service.unit.mainPID)")
      // Before 254 nothing looks while a restart is due.
      let awaited = try World.version < 254 ? (service.unit, "auto-restart") : (look, "start-post")
      try service.until("\(awaited.0.name) is in \(awaited.1)") {
        try awaited.0.property("SubState") == awaited.1
      }
      try service.unit.systemctl("stop")
      try service.until("the handler is gone") { try !isAlive(handler) }
      if try look.state != "inactive" { try shell("echo > /run/wg-test-looked", within: 30) }
      try look.wait(for: "inactive")
    }

    @Test func `stop ends the handlers of a dispatcher that hangs`() throws {
      let service = try SystemService()
      try service.unit.configure("[Service]\nTimeoutStopSec=20s\nWatchdogSec=0")
      try service.start()
      let handler = try service.stubbornHandler()
      let group = try service.unit.property("ControlGroup")
      // Neither SIGTERM nor SIGCONT helps it on; SIGKILL ends it.
      try shell("echo 1 > /sys/fs/cgroup'\(group)'/dispatcher/cgroup.freeze")
      _ = try attempt("systemctl stop wg-dispatcher", within: 120)
      #expect(try !isAlive(handler), "stop returns when it is over")
      #expect(try service.unit.processes() == [])
    }

    @Test func `a dispatcher that fails too often takes the handlers with it`() throws {
      let service = try SystemService()
      try service.unit.configure("[Unit]\nStartLimitBurst=2\n[Service]\nRestartSec=100ms")
      try service.start()
      let handler = try service.stubbornHandler()
      let first = try service.unit.mainPID
      try shell("kill -KILL \(first)")
      try service.awaitSuccessor(of: first)
      #expect(try isAlive(handler))
      try shell("kill -KILL \(service.unit.mainPID)")
      try service.unit.wait(for: "failed")
      try service.until("the handler is gone") { try !isAlive(handler) }
    }

    @Test func `a status that no restart cures takes the handlers with it`() throws {
      let service = try SystemService()
      try service.start()
      let handler = try service.stubbornHandler()
      try service.unit.configure("[Service]\nExecStart=\nExecStart=/bin/sh -c 'exit 65'")
      try shell("kill -KILL \(service.unit.mainPID)")
      try service.unit.wait(for: "failed")
      try service.until("the handler is gone") { try !isAlive(handler) }
    }

    @Test func `how a handler ended while nobody watched is known`() throws {
      let service = try SystemService()
      try service.unit.configure("[Service]\nRestartSec=1h")
      try service.start()
      // The first waits for the gate; whoever finds it open stays.
      try shell(
        #"""
        cat > /var/lib/wg/own <<'END'
        #!/bin/sh
        if [ -e /run/wg/go ]; then exec sleep 10000; fi
        touch /run/wg/taken
        until [ -e /run/wg/go ]; do sleep 0.05; done
        exit 42
        END
        chmod 755 /var/lib/wg/own
        """#)
      let chat = try service.createChat("--handler /var/lib/wg/own")
      try begin("the last straw", to: chat, service)
      let handler = try service.handler(of: chat)
      try shell("kill -KILL \(service.unit.mainPID)")
      try service.until("a restart is due") {
        try service.unit.property("SubState") == "auto-restart"
      }
      try shell("touch /run/wg/go")
      try service.until("the handler is gone") { try !isAlive(handler) }
      // Before it is due: `start` would wait.
      try service.unit.systemctl("restart")
      let entry = try service.journal.entry("WG_EVENT=chat.exited OBJECT_PID=\(handler)")
      #expect(entry["EXIT_STATUS"] == "42", "\(entry)")
      #expect(entry["WG_REASON"] == "crashed", "\(entry)")
      let crashes = try shell("cat \(service.folder)/.wg/service/chats/*").output
      #expect(crashes.contains(#""at""#), "\(crashes)")
      // The message was not answered, so the next handler gets it; what is kept is that one's now.
      let successor = try service.handler(of: chat, otherThan: handler)
      try service.until("systemd keeps one run") {
        try service.unit.property("NFileDescriptorStore") == "1"
      }
      try shell("kill -KILL \(successor)")
      _ = try service.journal.entry("WG_EVENT=chat.exited OBJECT_PID=\(successor)")
    }

    @Test func `an end that the dispatcher did not live to judge is judged by the next`() throws {
      let service = try SystemService()
      try service.unit.configure("[Service]\nRestartSec=100ms")
      try service.start()
      // What it leaves behind outlives its terminal, lets SIGTERM pass, and is waited for.
      let chat = try service.createChat(
        """
        --command 'trap "" HUP TERM; setsid sleep 10000 & \
        while read -r line; do echo "$line"; done'
        """)
      _ = try service.ask(chat, "hello")
      let handler = try service.handler(of: chat)
      try shell("kill -USR1 \(handler)")
      _ = try service.journal.entry("WG_REASON=leftovers OBJECT_PID=\(handler)", within: 60)
      try shell("kill -KILL \(service.unit.mainPID)")
      let entry = try service.journal.entry(
        "WG_EVENT=chat.exited OBJECT_PID=\(handler)", within: 60)
      #expect(entry["EXIT_STATUS"] == "10" && entry["WG_REASON"] == "crashed", "\(entry)")
    }

    @Test func `how an adopted handler ends is known, and systemd keeps nothing of it`() throws {
      let service = try SystemService()
      try service.start()
      let chats = try (1...3).map { _ in try service.createChat() }
      for chat in chats { _ = try service.ask(chat, "hello") }
      let handlers = try chats.map { try service.handler(of: $0) }
      try service.unit.systemctl("restart")
      try service.until("systemd keeps these three, and nothing else") {
        try service.unit.property("NFileDescriptorStore") == "3"
      }
      for (signal, (chat, handler)) in zip([9, 10, 12], zip(chats, handlers)) {
        #expect(try service.handler(of: chat) == handler)
        try shell("kill -\(signal) \(handler)")
        let entry = try service.journal.entry("WG_EVENT=chat.exited OBJECT_PID=\(handler)")
        #expect(entry["EXIT_CODE"] == "killed" && entry["EXIT_STATUS"] == "\(signal)", "\(entry)")
      }
      try service.until("systemd keeps nothing") {
        try service.unit.property("NFileDescriptorStore") == "0"
      }
    }

    @Test func `a purge ends handlers of a dispatcher that is gone, with proof`() throws {
      let service = try SystemService()
      try service.start()
      let chats = try (1...3).map { _ in try service.createChat() }
      for chat in chats { _ = try service.ask(chat, "hello") }
      let handlers = try chats.map { try service.handler(of: $0) }
      try service.unit.systemctl("restart")
      for (chat, handler) in zip(chats, handlers) {
        #expect(try service.handler(of: chat) == handler)
      }
      let answer = try service.json("service purge-chats --yes")
      #expect((answer["purged"] as? [Any])?.count == 3, "\(answer)")
      for handler in handlers { #expect(try !isAlive(handler)) }
      let tombstones = try shell("cat \(service.folder)/.wg/service/tombstones/*").output
      #expect(tombstones.matches(of: /"populated": ?0/).count == 3, "\(tombstones)")
      #expect(try service.unit.processes() == [service.unit.mainPID])
    }

    @Test func `what a handler keeps in its temporary folder is there after a restart`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat(
        "--command 'echo kept > /tmp/mine; while read -r line; do cat /tmp/mine; done'")
      #expect(try service.ask(chat, "before") == "kept")
      let handler = try service.handler(of: chat)
      try service.unit.systemctl("restart")
      #expect(try service.ask(chat, "after") == "kept")
      #expect(try service.handler(of: chat) == handler)
      #expect(try attempt("test -e /tmp/mine").status != 0, "nobody else sees it")
    }
  }
}

extension SystemService {
  /// Waits until the unit has another main process, which is ready.
  func awaitSuccessor(of former: Int) throws {
    try until("there is another dispatcher") {
      let pid = try unit.mainPID
      return try unit.state == "active" && pid != 0 && pid != former
    }
  }

  /// A handler that is not ended by SIGTERM.
  func stubbornHandler() throws -> Int {
    let chat = try createChat(
      "--command 'trap \"\" TERM; while read -r line; do echo \"$line\"; done'")
    _ = try ask(chat, "hello")
    return try handler(of: chat)
  }
}
