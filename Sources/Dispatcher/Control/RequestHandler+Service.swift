internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import Settings
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

extension RequestHandler {
  var greeting: Greeting {
    Greeting(version: ProgramVersion.current, pid: CurrentProcess.pid)
  }

  var serviceStatus: ServiceStatus {
    ServiceStatus(
      isRunning: true, pid: CurrentProcess.pid, socket: daemon.socketPath.string,
      startedAt: Timestamp.rfc3339(daemon.startedAt),
      uptimeSeconds: (Clock.wall - daemon.startedAt) / 1_000_000_000,
      version: ProgramVersion.current, options: daemon.options.given,
      startsHandlers: daemon.options.startsHandlers, unit: daemon.unit?.name,
      unitScope: daemon.unit?.scope.rawValue,
      keeper: daemon.keeper.flatMap { $0.isLost ? nil : $0.pid },
      unwatchedEnds: daemon.unwatchedEnds, chats: chatStatuses)
  }

  var chatStatuses: [ChatStatus] { supervisor.chats.all.map(status) }

  private func status(_ chat: SupervisedChat) -> ChatStatus {
    let demand = driver.machine.demand(of: chat.child)
    let state = driver.machine.state(of: chat.child)
    return ChatStatus(
      chatID: chat.id.number, taskID: chat.id.taskID, name: chat.row?.name,
      title: chat.row?.title ?? "", state: ChatState(state?.name ?? .archived),
      pid: driver.pid(of: chat.child), incarnation: state?.incarnation?.number ?? 0,
      restarts: chat.past.restarts, consumers: UInt64(demand?.consumers ?? 0),
      pending: UInt64(pending(chat, demand)), nextEventAt: nextEvent(chat),
      handler: chat.row?.needs.handler.label ?? "none", model: chat.row?.needs.model,
      session: chat.session?.text, purgedAt: chat.burial?.purgedAt,
      lastExit: lastExit(chat), since: chat.past.stateSince.map(Timestamp.rfc3339),
      resources: resources(of: chat), handlerStatus: chat.past.handlerStatus)
  }

  private func resources(of chat: SupervisedChat) -> ChatResources? {
    guard driver.pid(of: chat.child) != nil, let group = supervisor.groups.group(of: chat.id)
    else { return nil }
    let (usage, limits) = (group.usage(), group.limits())
    return ChatResources(
      controlGroup: group.path.string, memory: usage.memory, memoryPeak: usage.memoryPeak,
      memoryMax: limits.memoryMax, memoryHigh: limits.memoryHigh, tasks: usage.tasks,
      tasksMax: limits.tasksMax)
  }

  private func lastExit(_ chat: SupervisedChat) -> String? {
    guard let sentence = chat.past.lastExit?.sentence else { return nil }
    let remarks = [
      chat.past.limitRemark,
      driver.machine.isInOutage(chat.child) ? "others failed alike, one of them tries" : nil,
    ]
    return ([sentence] + remarks.compactMap { $0 }).joined(separator: "; ")
  }

  /// What the core knows may be older than the last answer: nobody wakes it up for that.
  private func pending(_ chat: SupervisedChat, _ demand: Demand?) -> Int {
    guard let conversation = chat.conversation,
      (try? conversation.refresh(budget: Self.statusBudget)) == true
    else { return demand?.inbox.pending ?? 0 }
    return conversation.pending.count
  }

  private static let statusBudget = 64 * 1024

  private func nextEvent(_ chat: SupervisedChat) -> String? {
    driver.machine.nextEvent(of: chat.child).map { Timestamp.rfc3339(WallClock.now.wall($0)) }
  }

  /// The answer to a request about one chat.
  func answer(
    about chat: SupervisedChat, changed: Bool, note: String? = nil, handler: HandlerEnd? = nil
  ) -> ChatAnswer {
    ChatAnswer(
      dispatcher: .running, chatID: chat.id.number, taskID: chat.id.taskID, name: chat.row?.name,
      session: chat.session?.text, changed: changed,
      state: ChatState(supervisor.state(of: chat)), note: note, handler: handler)
  }

  func rereadFiles(_ connection: ControlConnection) {
    daemon.rereadsFiles = true
    answer(connection) { [self] in
      daemon.rereadsFiles ? nil : .ok(["status": "ok", "action": "graph_read"])
    }
  }

  func reload(_ connection: ControlConnection) {
    let reload = daemon.reload()
    guard reload.mistakes.isEmpty else { return connection.answer(refusal(reload.mistakes)) }
    connection.answer(
      .ok([
        "status": "reconfigured", "source": "files", "chats": .integer(supervisor.chats.count),
        "changes": .array(reload.changes.map { .text($0) }),
        "restarted": .array(reload.restarted.map { .integer($0.number) }),
      ]))
  }

  private func refusal(_ mistakes: [ConfigurationProblem]) -> ControlResponse {
    let texts = mistakes.map(\.description)
    let noun = mistakes.count == 1 ? "1 mistake" : "\(mistakes.count) mistakes"
    return .failed(
      ControlError(
        .badData, "the settings have \(noun); nothing was changed",
        hint: texts.joined(separator: "\n")),
      payload: ["mistakes": .array(texts.map { .text($0) })])
  }

  /// Answers when no handler is alive any more, or at once when they are left running.
  func shutdown(_ request: ControlRequest.ShutdownRequest, _ connection: ControlConnection) {
    let ended = driver.machine.liveIDs.count
    let restarts = request.restart && request.keepHandlers && daemon.keeper?.isLost == false
    daemon.end(
      leavingHandlers: request.keepHandlers, force: request.force, isFollowed: restarts)
    answer(connection) { [self] in
      guard daemon.leavesHandlers || driver.machine.liveIDs.isEmpty else { return nil }
      return .ok([
        "status": "shutting_down", "kill_agents": .bool(!request.keepHandlers),
        "handlers_ended": .integer(request.keepHandlers ? 0 : ended), "restarts": .bool(restarts),
      ])
    }
  }
}

extension ChatState {
  init(_ name: ChildState.Name) {
    switch name {
    case .resting: self = .resting
    case .starting: self = .starting
    case .running: self = .running
    case .stopping: self = .stopping
    case .backoff: self = .backoff
    case .parked: self = .parked
    case .down: self = .down
    case .archived: self = .archived
    }
  }
}
