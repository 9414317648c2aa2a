import Foundation
import TestSupport
import Testing

extension World {
  /// What the journal has to say about a handler that ended.
  @Suite struct RespawnTests {
    /// The id that the catalog and journalctl know an event by.
    private func messageID(_ event: String, in service: SystemService) throws -> String {
      try #require(try service.journal.entry("WG_EVENT=\(event)")["MESSAGE_ID"])
    }

    @Test func `a respawn is found by its id, by the chat and by the unit, with reason and delay`()
      throws
    {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      let other = try service.createChat()
      try service.attach(chat)
      try service.attach(other)
      let killed = try service.handler(of: chat)
      try shell("kill -KILL \(killed)")
      let successor = try service.handler(of: chat, otherThan: killed)

      let id = try messageID("chat.respawn_scheduled", in: service)
      let found = try service.journal.entries("MESSAGE_ID=\(id)")
      #expect(found.count == 1, "\(found)")
      #expect(found.first?["_SYSTEMD_UNIT"] == "wg-dispatcher.service")
      let delay = try #require(Int(found.first?["WG_DELAY_USEC"] ?? ""), "\(found)")
      #expect((160_000...240_000).contains(delay), "200 ms with a jitter of 20 %")
      #expect(found.first?["WG_REASON"]?.isEmpty == false)

      let name = try #require(found.first?["WG_CHAT"])
      var story = try service.journal.entries("WG_CHAT=\(name)").compactMap { $0["WG_EVENT"] }
      // Deciding on a start and the start itself are two entries.
      story = zip([""] + story, story).filter { $0 != $1 }.map(\.1)
      let wanted = ["chat.exited", "chat.respawn_scheduled", "chat.spawned", "chat.ready"]
      #expect(Array(story.suffix(4)) == wanted, "\(story)")
      let ofUnit = try service.journal.entries("--unit=wg-dispatcher WG_CHAT=\(name)")
      #expect(ofUnit.count >= story.count)

      let exit = try service.journal.entry("WG_CHAT=\(name) WG_EVENT=chat.exited")
      #expect(exit["OBJECT_PID"] == "\(killed)")
      #expect(exit["EXIT_STATUS"] == "9" || exit["EXIT_STATUS"] == "KILL", "\(exit)")
      let spawns = try service.journal.entries("WG_CHAT=\(name) WG_EVENT=chat.spawned")
      #expect(spawns.last?["OBJECT_PID"] == "\(successor)")
      #expect(spawns.last?["WG_INCARNATION"] == "2")
    }

    @Test func `journalctl -x explains a respawn and says what to type`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      try service.attach(chat)
      let killed = try service.handler(of: chat)
      try shell("kill -KILL \(killed)")
      _ = try service.handler(of: chat, otherThan: killed)
      let text = try service.journal.text("--catalog WG_EVENT=chat.respawn_scheduled")
      #expect(text.contains("Documentation: man:"), "\(text)")
      #expect(text.contains("wg "), "a command to go on with")
      #expect(!text.contains("@WG_"), "every field that the text uses is there: \(text)")
    }

    @Test func `what a handler prints is in the journal under the chat's name`() throws {
      let service = try SystemService()
      try service.start()
      try shell(
        """
        printf '#!/bin/sh\necho "noise of $WG_TASK_ID"\nexec wg-handler echo\n' > \(service.folder)/noisy
        chmod 755 \(service.folder)/noisy
        """)
      let chat = try service.createChat("--handler \(service.folder)/noisy")
      #expect(try service.ask(chat, "one") == "one")
      let entry = try service.journal.entry("SYSLOG_IDENTIFIER=wg-chat-\(chat)")
      #expect(entry["_SYSTEMD_UNIT"] == "wg-dispatcher.service")
      let logs = try service.wg("service logs --chat \(chat)").output
      #expect(logs.contains("noise of .chat-\(chat)"), "\(logs)")
    }

    @Test func `a handler that nobody wants back is not started again`() throws {
      let service = try SystemService()
      try service.start()
      let chat = try service.createChat()
      _ = try service.ask(chat, "hello")
      let killed = try service.handler(of: chat)
      try shell("kill -KILL \(killed)")
      _ = try service.journal.entry("WG_EVENT=chat.exited")
      try service.until("the chat rests") {
        try service.chat(chat)["state"] as? String == "resting"
      }
      #expect(try service.journal.entries("WG_EVENT=chat.respawn_scheduled").isEmpty)
      #expect(try service.unit.processes().count == 1)
    }
  }
}
