import Foundation
import TestSupport
import Testing

extension World {
  /// A dispatcher that goes on as another program, as the main process of a unit.
  @Suite struct UpgradeTests {
    /// What the programs are called under which the service runs.
    private static let program = "/usr/local/bin/wg-dispatcher"

    private func upgrade(_ service: SystemService, _ options: String = "") throws -> [String: Any] {
      try service.json("service upgrade \(options)")
    }

    /// A new file in the place of the running one.
    private func replaceFile() throws {
      let path = try shell("readlink -f \(Self.program)").firstLine
      try shell("cp '\(path)' '\(path).new' && mv '\(path).new' '\(path)'")
    }

    /// Ends a handler with a signal, and expects that this is told.
    private func expectStatus(
      of handler: Int, _ signal: Int, _ service: SystemService
    ) throws {
      try shell("kill -\(signal) \(handler)")
      let entry = try service.journal.entry("WG_EVENT=chat.exited OBJECT_PID=\(handler)")
      #expect(entry["EXIT_CODE"] == "killed" && entry["EXIT_STATUS"] == "\(signal)", "\(entry)")
    }

    @Test func `the unit stays as it is, and what systemd keeps is right afterwards`() throws {
      let service = try SystemService()
      try service.unit.configure("[Service]\nWatchdogSec=4s\nRestartSec=100ms")
      try service.start()
      let chats = try (1...3).map { _ in try service.createChat() }
      for chat in chats { _ = try service.ask(chat, "before") }
      let handlers = try chats.map { try service.handler(of: $0) }
      let dispatcher = try service.unit.mainPID
      for _ in 1...3 {
        try replaceFile()
        let answer = try upgrade(service)
        #expect(answer["pid"] as? Int == dispatcher, "\(answer)")
        try service.until("it is the main process of an active unit") {
          try service.unit.mainPID == dispatcher && service.unit.state == "active"
        }
      }
      #expect(try service.unit.property("NRestarts") == "0")
      #expect(try service.unit.property("StatusText").hasPrefix("3 chats"))
      #expect(try service.unit.property("NFileDescriptorStore") == "3")
      let beat = try service.unit.property("WatchdogTimestampMonotonic")
      try service.until("there are signs of life") {
        try service.unit.property("WatchdogTimestampMonotonic") != beat
      }
      try service.until("nobody stands by any more") {
        try Set(service.unit.processes()) == Set(handlers + [dispatcher])
      }
      try expectStatus(of: handlers[0], 10, service)
      try shell("kill -KILL \(dispatcher)")
      try service.awaitSuccessor(of: dispatcher)
      #expect(try service.handler(of: chats[1]) == handlers[1])
      try expectStatus(of: handlers[1], 12, service)
      #expect(try upgrade(service)["pid"] as? Int == service.unit.mainPID)
      try service.unit.systemctl("restart")
      #expect(try service.handler(of: chats[2]) == handlers[2])
      try expectStatus(of: handlers[2], 9, service)
    }

    @Test(arguments: ["exit 0", "kill -SEGV $$", "sleep 10000"])
    func `a program that does not come to itself costs neither the unit nor a handler`(
      takeover: String
    ) throws {
      let service = try SystemService()
      try service.start()
      let chats = try (1...2).map { _ in try service.createChat() }
      for chat in chats { _ = try service.ask(chat, "before") }
      let handlers = try chats.map { try service.handler(of: $0) }
      let dispatcher = try service.unit.mainPID
      try shell(
        """
        cat > /var/lib/wg/bad <<'END'
        #!/bin/sh
        if [ "$1" = --rehearse ]; then exec \(Self.program) --rehearse; fi
        \(takeover)
        END
        chmod 755 /var/lib/wg/bad
        """)
      let answer = try upgrade(service, "--program /var/lib/wg/bad --timeout 2s")
      #expect((answer["error"] as? String)?.contains("the former one is back") == true, "\(answer)")
      let former = try service.unit.mainPID
      #expect(former != dispatcher)
      #expect(try service.unit.state == "active")
      #expect(try service.unit.property("NRestarts") == "0")
      #expect(try Set(service.unit.processes()) == Set(handlers + [former]))
      for (chat, handler) in zip(chats, handlers) {
        #expect(try service.handler(of: chat) == handler)
        #expect(try service.ask(chat, "after") == "after")
      }
      try expectStatus(of: handlers[0], 10, service)
      #expect(try upgrade(service)["pid"] as? Int == former, "a good one is let in")
      try service.unit.systemctl("restart")
      #expect(try service.handler(of: chats[1]) == handlers[1])
      try expectStatus(of: handlers[1], 12, service)
      try service.unit.systemctl("stop")
      #expect(try service.unit.property("Result") == "success")
      #expect(try service.unit.processes() == [])
    }

    @Test func `a restart and a stop that come in the middle of an upgrade are heeded`() throws {
      let service = try SystemService()
      try service.unit.configure("[Unit]\nStartLimitIntervalSec=0")
      try service.start()
      let chat = try service.createChat()
      _ = try service.ask(chat, "before")
      let handler = try service.handler(of: chat)
      let seed = UInt64.random(in: 1...99_999)
      var generator = SeededGenerator(seed: seed)
      for round in 1...8 {
        let pause = Double(generator.next() % 200) / 1_000
        _ = try attempt(
          """
          wg --dir \(service.folder) service upgrade >/dev/null 2>&1 &
          sleep \(pause); systemctl restart wg-dispatcher; wait
          """, within: 120)
        #expect(try service.unit.state == "active", "seed \(seed), round \(round)")
        #expect(try service.ask(chat, "\(round)") == "\(round)", "seed \(seed), round \(round)")
        #expect(try service.handler(of: chat) == handler, "seed \(seed), round \(round)")
        #expect(try service.unit.property("NRestarts") == "0", "seed \(seed), round \(round)")
      }
      let pause = Double(generator.next() % 200) / 1_000
      _ = try attempt(
        """
        wg --dir \(service.folder) service upgrade >/dev/null 2>&1 &
        sleep \(pause); systemctl stop wg-dispatcher; wait
        """, within: 120)
      #expect(try service.unit.state == "inactive", "seed \(seed)")
      try service.until("nobody is left") { try service.unit.processes() == [] }
    }
  }
}
