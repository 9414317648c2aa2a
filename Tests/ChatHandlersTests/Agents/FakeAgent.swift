import LinuxSystem
import SystemPackage
import TestSupport

/// A kind of agent with the script that stands in for it; see `Fakes/fakes.py` for what it does when
/// told.
enum FakeAgent: String, CaseIterable, Sendable {
  case acp, claude, codex

  /// The arguments of `wg-handler`; `extra` are those of the script.
  func arguments(_ options: [String] = [], extra: [String] = []) -> [String] {
    let script = FakeAgent.scripts.appending("fake-\(rawValue)").string
    switch self {
    case .acp: return ["acp"] + options + ["--", script] + extra
    case .claude, .codex: return [rawValue, "--program", script] + options + ["--"] + extra
    }
  }

  private static let scripts = FilePath(#filePath).removingLastComponent()
    .removingLastComponent().appending("Fakes")

  /// The name under which sentences speak of it.
  var name: String { self == .acp ? "fake-acp" : rawValue }

  func run(
    in chat: TestChat, _ options: [String] = [], extra: [String] = [],
    environment: [String: String] = [:], lock: Descriptor? = nil
  ) throws -> RunningHandler {
    try RunningHandler(
      arguments(options, extra: extra), in: chat, environment: environment, lock: lock)
  }

  /// Those that can be seen in the middle of an answer: codex gives each message whole.
  static let streaming: [FakeAgent] = [.acp, .claude]
}

extension TestChat {
  /// The file with the id under which the agent keeps the conversation.
  func session(_ agent: FakeAgent) -> String? {
    text(of: directory.appending(".\(agent.rawValue)-session-id"))
  }

  /// Waits until an answer that is being made has this in it.
  func awaitDraft(_ expected: String) throws {
    let isThere = eventually(within: patience) {
      text(of: directory.appending(".streaming"))?.contains(expected) == true
    }
    guard isThere else { throw FaultError("no draft with \(expected); \(log)") }
  }

  /// Waits until the handler has begun with a message.
  func awaitPrompt(_ prompt: String) throws {
    let isThere = eventually(within: patience) {
      let names = (try? Directory.names(in: directory)) ?? []
      return names.contains { name in
        name.hasPrefix("session-") && text(of: directory.appending(name))?.contains(prompt) == true
      }
    }
    guard isThere else { throw FaultError("no prompt \(prompt); \(log)") }
  }
}
