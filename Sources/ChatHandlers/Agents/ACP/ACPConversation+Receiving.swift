internal import JSONLines

/// An error that an agent answered with.
struct ACPFailure: Error, Equatable {
  let error: ACPError
}

// What the agent sends by itself.
extension ACPConversation {
  /// Takes apart what came; `answered` gets the answer to the request that is open.
  mutating func receive(
    _ message: ACPMessage,
    _ answered: (inout ACPConversation, Result<JSONValue, ACPFailure>) -> [AgentEffect]
  ) -> [AgentEffect] {
    switch message {
    case .result(let id, let result) where isOpen(id): answered(&self, .success(result))
    case .failure(let id, let error) where isOpen(id):
      answered(&self, .failure(ACPFailure(error: error)))
    case .request(let id, "session/request_permission", let parameters):
      decide(id, ACPPermissionRequest(parameters))
    case .request(let id, let method, _): [.send(ACPMessage.unknownMethod(id, method))]
    case .notification("session/update", let parameters): update(parameters)
    case .result, .failure, .notification, .other: []
    }
  }

  /// A late answer to an earlier request is none to this one.
  private func isOpen(_ id: Int64) -> Bool {
    switch state {
    case .initializing, .opening: id == lastRequest
    case .prompting(_, let request), .cancelling(_, let request): id == request
    case .idle, .ready, .unusable: false
    }
  }

  /// Only in a turn: what comes while a session is loaded is what was said before.
  private mutating func update(_ parameters: JSONValue) -> [AgentEffect] {
    switch state {
    case .prompting(let session, _), .cancelling(let session, _):
      guard parameters["sessionId"]?.string == session else { return [] }
      return show(ACPUpdate(parameters["update"] ?? .null))
    case .opening(.loading(let session, isReplayed: _)):
      let isReplayed = parameters["sessionId"]?.string == session
      if isReplayed { state = .opening(.loading(session, isReplayed: true)) }
      return []
    case .idle, .initializing, .opening(.new), .ready, .unusable: return []
    }
  }

  private mutating func show(_ update: ACPUpdate) -> [AgentEffect] {
    switch update {
    case .text(let text):
      let words = ForeignWords.line(text)
      if !words.isEmpty { lastWords = words }
      return [.add(.text(text))]
    case .attachment(let kind): return [.add(.note("\(kind) that is no text"))]
    case .plan(let entries):
      return [.add(.action("plan", details: entries.joined(separator: "\n")))]
    case .tool(let news):
      let tool = tools[news.id]?.updated(by: news) ?? news
      tools[news.id] = tool.isOver ? nil : bounded(tool)
      return tool.isOver ? [.add(tool.part)] : []
    case .other: return []
    }
  }

  /// An agent that begins tools without end is not remembered without end.
  private func bounded(_ tool: ACPTool) -> ACPTool? {
    tools.count < 1000 || tools[tool.id] != nil ? tool : nil
  }

  private mutating func decide(
    _ id: JSONValue, _ request: ACPPermissionRequest
  ) -> [AgentEffect] {
    guard case .prompting(let session, _) = state, request.session == session else {
      return [.send(ACPMessage.answer(id, ACPPermissionRequest.outcome(nil)))]
    }
    let known = request.tool.flatMap { tools[$0.id] }
    let tool = request.tool.map { known?.updated(by: $0) ?? $0 } ?? known
    // What the agent called the tool when it began counts: a request must not rename it.
    let allowance = policy.allows(tool?.kind) ? request.option(of: policy.allowances) : nil
    let option = allowance ?? request.option(of: PermissionPolicy.rejections)
    let verdict = allowance == nil ? "denied" : "allowed"
    let note = "\(verdict): \(tool?.title ?? tool?.kind ?? "a tool")"
    return [
      .add(.note(note)),
      .send(ACPMessage.answer(id, ACPPermissionRequest.outcome(option))),
    ]
  }
}
