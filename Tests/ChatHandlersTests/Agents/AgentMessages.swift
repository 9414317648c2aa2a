import JSONLines
import LinuxSystem

@testable import ChatHandlers

// What tests of conversations as values have in common.

extension AgentEnd {
  static let crash = AgentEnd(status: .exited(3), lastWords: "the sky fell")
  static let well = AgentEnd(status: .exited(0))
}

extension AgentEvent {
  static func asked(_ text: String) -> AgentEvent { .asked(AgentQuestion(text: text)) }
}

extension TurnFailure {
  /// The program ended in a turn.
  static func crash(of name: String) -> TurnFailure {
    TurnFailure(
      scope: .moment, status: .program,
      cause: "\(name) ended before it answered (exited with status 3): the sky fell")
  }
}

extension AgentConversation {
  /// Takes in what happens, and forgets what is to be done about it.
  mutating func go(_ events: AgentEvent...) {
    for event in events { _ = handle(event) }
  }
}
