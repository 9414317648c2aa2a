import Foundation
import TestSupport
import Testing

extension World {
  /// A dispatcher that systemd starts when somebody asks, and that ends when nobody does.
  @Suite struct ActivationTests {
    private func hasty(_ service: SystemService, idle: String = "500ms") throws {
      let command = try service.unit.command()
        .replacing(/--exit-when-idle \S+/, with: "--exit-when-idle \(idle)")
      try service.unit.configure(
        """
        [Service]
        ExecStart=
        ExecStart=\(command) --idle-timeout 200ms
        """)
    }

    @Test func `the first request starts the dispatcher, and looking does not`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      try service.unit.systemctl("stop")
      try service.socket.systemctl("start")
      _ = try attempt("wg --dir \(service.folder) service status")
      _ = try attempt("wg --dir \(service.folder) chat list")
      #expect(try service.unit.state == "inactive", "reading starts nothing")
      #expect(try service.ask(chat, "wake up") == "wake up")
      #expect(try service.unit.state == "active")
    }

    @Test func `an idle dispatcher ends, and the next request finds a new one`() throws {
      let service = try SystemService()
      try hasty(service)
      try service.socket.systemctl("start")
      let chat = try service.createChat()
      #expect(try service.ask(chat, "one") == "one")
      try service.unit.wait(for: "inactive")
      #expect(try service.unit.property("Result") == "success")
      #expect(try service.socket.state == "active", "the socket stays")
      #expect(try service.ask(chat, "two") == "two")
      #expect(try service.journal.entries("WG_EVENT=dispatcher.ready").count >= 2)
    }

    @Test func `no message is lost between an end and the next start`() throws {
      let service = try SystemService()
      try hasty(service, idle: "1ms")
      try service.unit.configure("[Unit]\nStartLimitIntervalSec=0", as: "often")
      try service.socket.systemctl("start")
      let chat = try service.createChat()
      for number in 1...12 {
        #expect(try service.ask(chat, "message \(number)") == "message \(number)")
      }
      #expect(try service.socket.property("Result") == "success")
    }
  }
}
