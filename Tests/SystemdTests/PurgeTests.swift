import Foundation
import TestSupport
import Testing

extension World {
  /// Purging, where the service manager watches as well.
  @Suite struct PurgeTests {
    @Test func `purge leaves no process, and neither a restart nor a message brings one back`()
      throws
    {
      let service = try SystemService()
      try service.start()
      let chats = try (1...3).map { _ in try service.createChat() }
      for chat in chats { _ = try service.ask(chat, "hello") }
      let answer = try service.json("service purge-chats --yes")
      #expect((answer["purged"] as? [Any])?.count == 3, "\(answer)")
      #expect(try service.unit.processes() == [service.unit.mainPID])
      #expect(try service.journal.entries("WG_EVENT=chat.purged").count == 3)
      let reader = try JournalReader()
      try service.unit.systemctl("restart")
      _ = try attempt("wg --dir /var/lib/wg chat send \(chats[0]) anybody")
      _ = try reader.entry("WG_EVENT=dispatcher.ready")
      #expect(try service.unit.processes() == [service.unit.mainPID])
      #expect(try reader.entries("WG_EVENT=chat.spawned").isEmpty)
      for chat in chats { #expect(try service.wg("chat history \(chat)").output.contains("hello")) }
    }

    @Test func `a purge from inside a handler spares its own chat and ends the others`() throws {
      let service = try SystemService()
      try service.start()
      let caller = try service.createChat(
        "--command 'while read -r line; do wg service purge-chats --yes --json; done'")
      let other = try service.createChat()
      _ = try service.ask(other, "hello")
      let answer = try service.ask(caller, "purge")
      #expect(answer.contains("caller chat"), "\(answer)")
      #expect(try service.chat(other)["purged_at"] as? String != nil)
      #expect(try service.chat(caller)["purged_at"] as? String == nil)
      #expect(try service.journal.entries("WG_EVENT=chat.purged").count == 1)
      #expect(try service.ask(caller, "again").contains("already archived"))
    }
  }
}
