internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import Terminal
internal import TimeSpans

extension Project {
  /// Changes one chat: through the dispatcher where it runs, on the files otherwise.
  func change(_ text: String, _ change: ChatChange) throws -> Report {
    let chat = try resolve(text)
    let answer =
      if let client = try dispatcherForChange() {
        try ask(client, change, chat)
      } else {
        try OfflineChange(project: self, chat: chat).perform(change)
      }
    var notes: [String] = []
    if case .set(let options) = change { notes = remarks(on: options) }
    return Report(answer.payload, lines: [Self.line(answer, change)], notes: notes)
  }

  private func ask(
    _ client: DispatcherClient, _ change: ChatChange, _ chat: ChatSummary
  ) throws -> ChatAnswer {
    let request = change.request(
      for: chat.id.number, currentDirectory: context.currentDirectory)
    // Some requests end a handler, which may take as long as its stop timeout.
    return try ChatAnswer(payload: client.demand(request, within: .seconds(600)))
  }

  private static func line(_ answer: ChatAnswer, _ change: ChatChange) -> String {
    let name = answer.name.map { " (\($0))" } ?? ""
    let outcome = answer.changed ? change.participle : "unchanged"
    let note = answer.note.map { ": \($0)" } ?? ""
    let end = answer.handler.map(Self.sentence) ?? ""
    return SafeText.line("Chat \(answer.taskID)\(name) \(outcome)\(note)\(end)")
  }

  private static func sentence(_ end: HandlerEnd) -> String {
    switch end.outcome {
    case .none: ""
    case .terminated: "; its handler has ended"
    case .killed: "; its handler had to be killed"
    case .survived: "; a process of its handler is still alive"
    }
  }
}
