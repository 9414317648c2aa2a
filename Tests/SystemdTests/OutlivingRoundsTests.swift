import Foundation
import TestSupport
import Testing

extension World {
  /// Dispatchers, keepers and handlers that are killed at any moment, round after round.
  ///
  /// `make test-rounds ROUNDS=200 SEED=7`.
  @Suite struct OutlivingRoundsTests {
    /// Who knows how a handler ended that was nobody's child.
    enum Witness: String, CaseIterable {
      case kernel, keeper, nobody

      /// `WG_TEST_WITNESS`, or each.
      static var asked: [Witness] {
        ProcessInfo.processInfo.environment["WG_TEST_WITNESS"].flatMap(Witness.init).map { [$0] }
          ?? allCases
      }

      /// A keeper knows nothing of handlers that were there before it, so it is to be there for longer.
      fileprivate var deeds: [Deed] {
        self == .keeper
          ? Deed.allCases + [.send, .killHandler, .killHandler, .killDispatcher, .killDispatcher]
          : Deed.allCases
      }
    }

    /// Something that is done to the service without waiting for what it leads to.
    fileprivate enum Deed: CaseIterable {
      case send, killHandler, killDispatcher, killMain, restart
    }

    fileprivate final class Rounds {
      let service: SystemService
      let witness: Witness
      let chats: [Int]
      var generator: SeededGenerator
      /// What was sent, by chat.
      var sent: [Int: [String]] = [:]
      /// The signals that ended handlers, by pid.
      var killed: [Int: Int] = [:]

      init(_ witness: Witness, seed: UInt64) throws {
        service = try SystemService()
        self.witness = witness
        generator = SeededGenerator(seed: seed)
        try service.unit.configure(
          "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestartSec=50ms\nTimeoutStopSec=40s")
        switch witness {
        case .kernel: break
        case .keeper: try service.useOldKernel()
        case .nobody: try service.useOldKernel(keeper: "no")
        }
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

    @Test(arguments: Witness.asked)
    func `no two of a chat at once, no message lost, no status made up`(witness: Witness) throws {
      let environment = ProcessInfo.processInfo.environment
      let count = environment["WG_TEST_ROUNDS"].flatMap(Int.init) ?? 10
      let seed = environment["WG_TEST_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...99_999)
      print("\(witness): \(count) rounds, WG_TEST_SEED=\(seed)")
      let rounds = try Rounds(witness, seed: seed)
      for round in 1...max(1, count) {
        let deeds = (0..<4).map { _ in rounds.draw(witness.deeds) }
        do {
          for deed in deeds { try rounds.perform(deed, in: round) }
          try rounds.settle()
        } catch {
          throw FaultError("round \(round) of seed \(seed), \(deeds): \(error)")
        }
      }
      let ends = try rounds.judgeExits()
      let answered = rounds.sent.values.reduce(0) { $0 + $1.count }
      print(
        """
        \(witness): \(count) rounds, \(answered) messages answered, \(rounds.killed.count) handlers \
        killed: \(ends.known) known as such, \(ends.unknown) unknown, \(ends.wrong.count) wrong
        """)
      #expect(ends.wrong == [])
      // With the other witnesses it depends on the moment: all may rightly be unknown.
      #expect(witness != .kernel || ends.known > 0 || rounds.killed.isEmpty)
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
    case .killDispatcher: try killDispatcher()
    case .killMain: _ = try attempt("systemctl kill --kill-who=main -s KILL wg-dispatcher")
    case .restart: _ = try attempt("systemctl restart wg-dispatcher", within: 120)
    }
  }

  /// The process that serves, whoever is the main one.
  private func killDispatcher() throws {
    let group = try service.unit.property("ControlGroup")
    let main = try service.unit.mainPID
    let pids = try attempt("cat /sys/fs/cgroup'\(group)'/dispatcher/cgroup.procs").lines
    let dispatchers = pids.filter { witness != .keeper || $0 != "\(main)" }
    if !dispatchers.isEmpty { _ = try attempt("kill -KILL \(dispatchers.joined(separator: " "))") }
  }

  /// Waits until everything that was sent has been answered.
  fileprivate func settle() throws {
    try service.until("there is a dispatcher", within: 60) { try service.unit.state == "active" }
    for chat in chats {
      try service.until("all of chat \(chat) is answered", within: 90) {
        // Neither delays nor the limits of failures are what this is about.
        _ = try attempt("wg --dir \(service.folder) chat reset \(chat)")
        let history = try attempt("wg --dir \(service.folder) chat history -n 0 \(chat)").output
        let missing = sent[chat, default: []].filter { !history.contains("got \($0)") }
        return try missing.isEmpty || missing.allSatisfy(isSetAside)
      }
    }
  }

  /// Whether the sender was told that there will be no answer: it was first in line at three ends.
  private func isSetAside(_ text: String) throws -> Bool {
    let file = "\(service.folder)/.wg/chat/*/dead-letters.jsonl"
    return try attempt("grep -qF '\(text)' \(file)").status == 0
  }

  /// How many ends were told with their signal, and how many without a status; and what was told of
  /// handlers that did not end so, or twice.
  fileprivate func judgeExits() throws -> (known: Int, unknown: Int, wrong: [String]) {
    var known: Set<Int> = []
    var wrong: [String] = []
    for entry in try service.journal.entries("WG_EVENT=chat.exited") {
      guard let pid = entry["OBJECT_PID"].flatMap({ Int($0) }), let status = entry["EXIT_STATUS"]
      else { continue }
      let isRight =
        entry["EXIT_CODE"] == "killed" && killed[pid].map { "\($0)" } == status
        && known.insert(pid).inserted
      if !isRight { wrong.append("\(pid): \(entry)") }
    }
    return (known.count, killed.count - known.count, wrong)
  }
}
