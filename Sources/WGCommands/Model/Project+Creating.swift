internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TaskGraph
internal import TimeSpans

extension Project {
  /// Who changes the graph, for the rows' own log.
  func graphChange(_ command: String) -> GraphChange {
    GraphChange(time: Clock.wall, actor: command, user: context.user)
  }

  /// Makes a chat in the files; a running dispatcher is told of it.
  func create(_ options: CreateOptions) throws -> Report {
    let request = ChatRequest(
      name: options.name,
      handler: options.handler.choice(currentDirectory: context.currentDirectory),
      model: options.handler.model, endpoint: options.handler.endpoint,
      directory: options.cwd.map { context.absolute($0) })
    let chat = try catalog.create(request, by: graphChange("wg chat create"))
    let (dispatcher, notes) = announceGraphChange()
    let answer = ChatAnswer(
      dispatcher: dispatcher, chatID: chat.id.number, taskID: chat.taskID, name: chat.name,
      session: chat.session?.text, changed: true, state: .resting)
    let service = dispatcher == .running ? "" : " No dispatcher runs yet: `wg service start`."
    let name = chat.name.map { " `\($0)`" } ?? ""
    return Report(
      answer.payload,
      lines: [SafeText.line("Created chat \(chat.id.number)\(name) (\(chat.taskID)).\(service)")],
      notes: notes)
  }

  /// Tells a running dispatcher that the graph is new.
  ///
  /// The graph is written already, so that nothing is lost when it cannot be told: it watches the
  /// file itself.
  func announceGraphChange() -> (DispatcherState, notes: [String]) {
    do {
      guard let client = try dispatcher() else { return (.notRunning, []) }
      _ = try client.demand(.graphChanged, within: .seconds(10))
      return (.running, [])
    } catch {
      let cause = ControlError(causedBy: error)
      return (.running, ["the dispatcher could not be told: \(cause.message)"])
    }
  }
}
