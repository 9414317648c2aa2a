internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import Settings
internal import SystemPackage
internal import TaskGraph
internal import Terminal
internal import TimeSpans

extension Project {
  /// Who changes the graph, for the rows' own log.
  func graphChange(_ command: String) -> GraphChange {
    GraphChange(time: Clock.wall, actor: command, user: context.user)
  }

  /// Makes a chat in the files; a running dispatcher is told of it.
  ///
  /// Who may not write the files has the dispatcher make it.
  func create(_ options: CreateOptions) throws -> Report {
    if !mayWriteFiles, options.cwd == nil, let client = try dispatcherForChange() {
      return try create(options, through: client)
    }
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
    return Report(
      answer.payload, lines: [Self.line(answer, isOnDemand: isOnDemand)],
      notes: notes + remarks(on: options.handler))
  }

  /// What may not be what was meant.
  func remarks(on options: HandlerOptions) -> [String] {
    guard let model = options.model else { return [] }
    return catalog.configuration.remark(onModel: model).map { [$0] } ?? []
  }

  private func create(
    _ options: CreateOptions, through client: DispatcherClient
  ) throws -> Report {
    let request = ControlRequest.NewChat(
      name: options.name, executor: options.handler.absoluteHandler(context.currentDirectory),
      command: options.handler.command, model: options.handler.model,
      endpoint: options.handler.endpoint)
    let answer = try ChatAnswer(
      payload: client.demand(.createChat(request), within: .seconds(30)))
    return Report(
      answer.payload, lines: [Self.line(answer, isOnDemand: isOnDemand)],
      notes: remarks(on: options.handler))
  }

  private static func line(_ answer: ChatAnswer, isOnDemand: Bool) -> String {
    let isServed = answer.dispatcher == .running || isOnDemand
    let service = isServed ? "" : " No dispatcher runs yet: `wg service start`."
    let name = answer.name.map { " `\($0)`" } ?? ""
    return SafeText.line("Created chat \(answer.chatID)\(name) (\(answer.taskID)).\(service)")
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
