import Foundation
import TestSupport
import Testing

extension World {
  /// What the next boot has to go on with: the two suites run in two boots over the same disk.
  @Suite struct FirstBootTests {
    @Test func `an enabled service is left running, with a chat and a purged one`() throws {
      let service = try SystemService(isLeftBehind: true)
      try service.unit.systemctl("enable --now")
      let chat = try service.createChat("--handler echo --name kept")
      let purged = try service.createChat("--handler echo --name purged")
      #expect(try service.ask(chat, "before the boot") == "before the boot")
      _ = try service.ask(purged, "hello")
      try service.wg("chat archive purged")
      #expect(try service.handler(of: chat) > 0)
    }
  }

  @Suite struct SecondBootTests {
    private func entered(_ unit: String) throws -> Int {
      Int(try Unit(name: unit).property("ActiveEnterTimestampMonotonic")) ?? 0
    }

    @Test func `the shutdown ended the dispatcher in order`() throws {
      try World.require()
      let story = try shell("journalctl --boot=-1 --quiet --output=cat --unit=wg-dispatcher").output
      #expect(story.contains("Daemon shutdown complete"), "\(story)")
      #expect(story.contains("Deactivated successfully"), "\(story)")
      #expect(!story.contains("Killing process"), "\(story)")
    }

    @Test func `the boot started it where it belongs, and its chats are as they were`() throws {
      let service = try SystemService(isFoundThere: true)
      #expect(try service.unit.state == "active")
      let started = try entered("wg-dispatcher.service")
      #expect(try entered("basic.target") <= started)
      #expect(try started <= entered("multi-user.target"))
      #expect(try service.unit.processes() == [service.unit.mainPID], "nothing wanted, nothing run")
      #expect(try service.chat(2)["state"] as? String == "archived")
      #expect(try service.ask(1, "after the boot") == "after the boot")
      let history = try service.wg("chat history kept").output
      #expect(history.contains("before the boot") && history.contains("after the boot"))
    }
  }
}
