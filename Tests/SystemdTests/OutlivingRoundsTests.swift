import Foundation
import TestSupport
import Testing

extension World {
  /// Dispatchers and handlers that are killed at any moment, round after round.
  ///
  /// `make test-rounds ROUNDS=200 SEED=7`.
  @Suite struct OutlivingRoundsTests {
    /// Something that is done to the service without waiting for what it leads to.
    fileprivate enum Deed: CaseIterable {
      case send, killHandler, killDispatcher, restart
    }

    fileprivate final class Rounds {
      let service: SystemService
      let chats: [Int]
      var generator: SeededGenerator
      /// What was sent, by chat.
      var sent: [Int: [String]] = [:]
      /// The signals that ended handlers, by pid.
      var killed: [Int: Int] = [:]

      init(seed: UInt64) throws {
        service = try SystemService()
        generator = SeededGenerator(seed: seed)
        try service.unit.configure(
          "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestartSec=50ms\nTimeoutStopSec=40s")
        try service.start()
        // Whoever finds another one of the same chat alive leaves a note.
        let handler = #"""
          exec 9>/run/wg/serving-$WG_CHAT_ID
          flock --nonblock 9 || echo "two of $WG_CHAT_ID" >> /run/wg/violations
          while read -r line; do echo "got $line"; done
          """#
        try shell("cat > /var/lib/wg/serving <<'END'\n\(handler)\nEND")
        chats = try (1...3).map { [service] _ in
          try service.createChat("--command 'bash /var/lib/wg/serving'")
        }
      }

      func draw<Element>(_ elements: [Element]) -> Element {
        elements[Int(generator.next() % UInt64(elements.count))]
      }
    }

    @Test func `no two of a chat at once, no message lost, no status made up`() throws {
      let environment = ProcessInfo.processInfo.environment
      let count = environment["WG_TEST_ROUNDS"].flatMap(Int.init) ?? 10
      let seed = environment["WG_TEST_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...99_999)
      print("\(count) rounds, WG_TEST_SEED=\(seed)")
      let rounds = try Rounds(seed: seed)
      for round in 1...max(1, count) {
        let deeds = (0..<4).map { _ in rounds.draw(Deed.allCases) }
        do {
          for deed in deeds { try rounds.perform(deed, in: round) }
          try rounds.settle()
        } catch {
          throw FaultError("round \(round) of seed \(seed), \(deeds): \(error)")
        }
      }
      let (known, unknown) = try rounds.judgeExits()
      print("\(rounds.killed.count) handlers killed: \(known) known as such, \(unknown) unknown")
      #expect(known > 0 || rounds.killed.isEmpty)
      #expect(try attempt("cat /run/wg/violations").output == "")
    }
  }
}

extension World.OutlivingRoundsTests.Rounds {
  fileprivate func perform(_ deed: World.OutlivingRoundsTests.Deed, in round: Int) throws {
    let chat = draw(chats)
    switch deed {
    case .send:
      let text = "\(round)-\(sent[chat, default: []].count)"
      try service.wg("chat send \(chat) \(text)")
      sent[chat, default: []].append(text)
    case .killHandler:
      let signal = draw([9, 10, 12])
      // Its number as the lock says it, which is so with the dispatcher down as well.
      let facts = try? service.chat(chat)
      guard let pid = facts?["pid"] as? Int, killed[pid] == nil,
        try attempt("kill -\(signal) \(pid)").status == 0
      else { return }
      killed[pid] = signal
    case .killDispatcher: _ = try attempt("systemctl kill --kill-who=main -s KILL wg-dispatcher")
    case .restart: _ = try attempt("systemctl restart wg-dispatcher", within: 120)
    }
  }

  /// Waits until everything that was sent has been answered.
  fileprivate func settle() throws {
    try service.until("there is a dispatcher") { try service.unit.state == "active" }
    for chat in chats {
      try service.until("all of chat \(chat) is answered", within: 90) {
        // Neither delays nor the limits of failures are what this is about.
        _ = try attempt("wg --dir \(service.folder) chat reset \(chat)")
        let history = try attempt("wg --dir \(service.folder) chat history \(chat)").output
        return sent[chat, default: []].allSatisfy { history.contains("got \($0)") }
      }
    }
  }

  /// How many ends were told with their signal, and how many without a status.
  fileprivate func judgeExits() throws -> (known: Int, unknown: Int) {
    var known: Set<Int> = []
    for entry in try service.journal.entries("WG_EVENT=chat.exited") {
      guard let pid = entry["OBJECT_PID"].flatMap({ Int($0) }), let signal = killed[pid],
        let status = entry["EXIT_STATUS"]
      else { continue }
      #expect(entry["EXIT_CODE"] == "killed" && status == "\(signal)", "\(pid): \(entry)")
      #expect(known.insert(pid).inserted, "\(pid) is told once: \(entry)")
    }
    return (known.count, killed.count - known.count)
  }
}
