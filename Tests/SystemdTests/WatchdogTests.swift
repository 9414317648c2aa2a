import Foundation
import TestSupport
import Testing

extension World {
  /// systemd watching the dispatcher.
  @Suite struct WatchdogTests {
    private func impatient(_ service: SystemService) throws {
      try service.unit.configure(
        "[Service]\nWatchdogSec=2s\nRestartSec=100ms\nTimeoutAbortSec=2s\nTimeoutStopSec=5s")
    }

    @Test func `a stopped dispatcher is ended, and its successor is right`() throws {
      let service = try SystemService()
      try impatient(service)
      try service.start()
      let chat = try service.createChat()
      let purged = try service.createChat()
      _ = try service.ask(chat, "hello")
      try service.wg("chat archive \(purged)")
      let (former, handler) = (try service.unit.mainPID, try service.handler(of: chat))
      try shell("kill -STOP \(former)")
      try service.until("it is there again") {
        let pid = try service.unit.mainPID
        return try service.unit.state == "active" && pid != 0 && pid != former
      }
      let text = try service.journal.text("--unit=wg-dispatcher --output=cat")
      #expect(text.contains("Watchdog timeout"), "\(text)")
      #expect(try service.unit.property("NRestarts") == "1")
      #expect(try service.handler(of: chat) == handler, "the successor has taken it over")
      #expect(try service.ask(chat, "again") == "again")
      #expect(try service.chat(purged)["state"] as? String == "archived")
    }

    @Test func `a dispatcher with nothing to do keeps its watchdog content`() throws {
      let service = try SystemService()
      try impatient(service)
      try service.start()
      let pid = try service.unit.mainPID
      let first = try service.unit.property("WatchdogTimestampMonotonic")
      try service.until("the watchdog was fed for four seconds") {
        let now = Int(try service.unit.property("WatchdogTimestampMonotonic")) ?? 0
        return now > (Int(first) ?? 0) + 4_000_000
      }
      #expect(try service.unit.mainPID == pid)
    }

    @Test func `a dispatcher that crashes is started again and knows what was answered`() throws {
      let service = try SystemService()
      try impatient(service)
      try service.start()
      let chat = try service.createChat()
      _ = try service.ask(chat, "one")
      let former = try service.unit.mainPID
      try shell("kill -KILL \(former)")
      try service.until("it is there again") {
        let pid = try service.unit.mainPID
        return try service.unit.state == "active" && pid != 0 && pid != former
      }
      #expect(try service.ask(chat, "two") == "two")
      let history = try service.wg("chat history \(chat)").output
      #expect(history.matches(of: /one/).count == 2, "asked once and answered once: \(history)")
    }
  }
}
