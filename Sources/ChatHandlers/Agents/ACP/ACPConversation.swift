internal import JSONLines

/// A conversation with an agent that speaks the Agent Client Protocol, version 1.
///
/// The handler is the client: it opens a session, or loads the one that was remembered, and each
/// question is one prompt turn. It offers the agent neither files nor terminals: agents have their
/// own, and what they reach is then bounded by what they themselves are allowed.
struct ACPConversation: AgentConversation {
  static let version: Int64 = 1

  enum State: Equatable {
    case idle
    case initializing
    case opening(Opening)
    case ready(session: String)
    case prompting(session: String, request: Int64)
    case cancelling(session: String, request: Int64)
    /// The agent cannot be talked to, and whoever asks is told why.
    case unusable(TurnFailure)
  }

  enum Opening: Equatable {
    case new
    /// `isReplayed`: the agent has told something of what was said in it.
    case loading(String, isReplayed: Bool)
  }

  let name: String
  let policy: PermissionPolicy
  private let directory: String
  private let clientVersion: String
  /// The session to load: that of an earlier run, or of a program that was replaced.
  private var remembered: String?
  var state = State.idle
  var tools: [String: ACPTool] = [:]
  /// The last piece of the answer that came.
  var lastWords = ""
  private(set) var lastRequest: Int64 = 0
  private var logins = ""
  /// What the next record has to say first.
  var pendingNote: String?
  var wantsRecollection = false

  /// `directory` is where the agent works, absolute.
  init(
    name: String, policy: PermissionPolicy, directory: String, remembered: String?,
    clientVersion: String
  ) {
    self.name = name
    self.policy = policy
    self.directory = directory
    self.remembered = remembered
    self.clientVersion = clientVersion
  }

  mutating func handle(_ event: AgentEvent) -> [AgentEffect] {
    switch (state, event) {
    case (.idle, .begun): return [.launch([])]
    case (.idle, .launched): return initialize()

    case (.initializing, .received(let object)):
      return receive(ACPMessage(object)) { $0.initialized($1) }
    case (.opening, .received(let object)):
      return receive(ACPMessage(object)) { $0.opened($1) }
    case (.prompting, .received(let object)), (.cancelling, .received(let object)):
      return receive(ACPMessage(object)) { $0.prompted($1) }
    case (.ready, .received(let object)), (.unusable, .received(let object)):
      return receive(ACPMessage(object)) { _, _ in [] }

    case (.ready(let session), .asked(let question)): return prompt(question, session)
    case (.unusable(let failure), .asked): return [.fail(failure)]

    case (.prompting(let session, let request), .interrupted):
      state = .cancelling(session: session, request: request)
      return [.send(ACPMessage.notification("session/cancel", ["sessionId": .text(session)]))]

    case (.initializing, .ended(let end)), (.opening, .ended(let end)):
      return [.quit(end.exit(of: name, "ended"))]
    case (.ready, .ended(let end)): return [.quit(end.exitAtRest(of: name))]
    case (.prompting, .ended(let end)):
      return [.fail(end.failure(of: name))]
    case (.cancelling(let session, _), .ended):
      return [.finishInterrupted] + startAnew(session)
    case (.prompting(let session, _), .abandoned), (.cancelling(let session, _), .abandoned),
      (.ready(let session), .abandoned):
      return startAnew(session)

    // The driver begins once, and asks one thing at a time.
    case (.idle, .received), (.idle, .asked), (.idle, .interrupted), (.idle, .abandoned),
      (.idle, .ended), (.initializing, .begun), (.initializing, .launched),
      (.initializing, .asked), (.initializing, .interrupted), (.initializing, .abandoned),
      (.opening, .begun), (.opening, .launched), (.opening, .asked), (.opening, .interrupted),
      (.opening, .abandoned), (.ready, .begun), (.ready, .launched), (.ready, .interrupted),
      (.prompting, .begun), (.prompting, .launched), (.prompting, .asked), (.cancelling, .begun),
      (.cancelling, .launched), (.cancelling, .asked), (.cancelling, .interrupted),
      (.unusable, .begun), (.unusable, .launched), (.unusable, .interrupted),
      (.unusable, .abandoned), (.unusable, .ended):
      return []
    }
  }

  mutating func startAnew(_ session: String) -> [AgentEffect] {
    state = .idle
    remembered = session
    return [.launch([])]
  }

  mutating func request(_ method: String, _ parameters: JSONObject) -> AgentEffect {
    lastRequest += 1
    return .send(ACPMessage.request(lastRequest, method, parameters))
  }
}

// Beginning.
extension ACPConversation {
  private mutating func initialize() -> [AgentEffect] {
    state = .initializing
    return [
      request(
        "initialize",
        [
          "protocolVersion": .integer(Self.version),
          "clientCapabilities": [
            "fs": ["readTextFile": false, "writeTextFile": false], "terminal": false,
          ],
          "clientInfo": ["name": "wg", "title": "wg", "version": .text(clientVersion)],
        ])
    ]
  }

  /// The answer to `initialize`.
  private mutating func initialized(_ outcome: Result<JSONValue, ACPFailure>) -> [AgentEffect] {
    switch outcome {
    case .failure(let failure): return giveUp(failure.error, "did not begin")
    case .success(let result):
      let version = result["protocolVersion"]?.int
      guard version == Self.version else { return giveUpOnVersion(version) }
      logins = Self.logins(result["authMethods"]?.array ?? [])
      let canLoad = result["agentCapabilities"]?["loadSession"]?.bool == true
      if let remembered, canLoad { return load(remembered) }
      return openNew()
    }
  }

  private mutating func load(_ session: String) -> [AgentEffect] {
    state = .opening(.loading(session, isReplayed: false))
    var parameters = placement
    parameters["sessionId"] = .text(session)
    return [request("session/load", parameters)]
  }

  private mutating func openNew() -> [AgentEffect] {
    state = .opening(.new)
    return [request("session/new", placement)]
  }

  private var placement: JSONObject { ["cwd": .text(directory), "mcpServers": []] }

  /// The answer to `session/new` or `session/load`.
  private mutating func opened(_ outcome: Result<JSONValue, ACPFailure>) -> [AgentEffect] {
    guard case .opening(let opening) = state else { return [] }
    switch (opening, outcome) {
    // Some answer so, with nothing, when they do not know it. One that knows it tells what was said
    // in it; where that is nothing, nothing is lost.
    case (.loading(_, isReplayed: false), .success(let result)) where result.isBlank:
      return openAnother()
    case (.loading(let session, _), .success):
      state = .ready(session: session)
      return [.ready]
    case (.new, .success(let result)):
      guard let session = result["sessionId"]?.string else {
        return giveUp(nil, "opened a session without an id")
      }
      state = .ready(session: session)
      wantsRecollection = true
      return [.remember(session), .ready]
    case (.loading, .failure(let failure)) where !failure.error.isAuthenticationRequired:
      return openAnother()
    case (.loading, .failure(let failure)), (.new, .failure(let failure)):
      return giveUp(failure.error, "opened no session")
    }
  }

  private mutating func openAnother() -> [AgentEffect] {
    pendingNote = "\(name) did not know the earlier session; this is a new one"
    return [.forget] + openNew()
  }

  private mutating func giveUpOnVersion(_ version: Int64?) -> [AgentEffect] {
    let theirs = version.map { "version \($0)" } ?? "no version"
    return becomeUnusable(
      TurnFailure(
        scope: .chat, status: .dialect,
        cause: "\(name) speaks \(theirs) of the Agent Client Protocol, and wg speaks version "
          + "\(Self.version)"))
  }

  private mutating func giveUp(_ error: ACPError?, _ what: String) -> [AgentEffect] {
    guard let error else {
      return becomeUnusable(
        TurnFailure(scope: .chat, status: .dialect, cause: "\(name) \(what)"))
    }
    return becomeUnusable(failure(error, "\(name) \(what)", scope: .chat))
  }

  private mutating func becomeUnusable(_ failure: TurnFailure) -> [AgentEffect] {
    state = .unusable(failure)
    return [.ready]
  }

  func failure(
    _ error: ACPError, _ what: String, scope: TurnFailure.Scope
  ) -> TurnFailure {
    if error.isAuthenticationRequired {
      let how = logins.isEmpty ? "" : " (\(logins))"
      return TurnFailure(
        scope: .chat, status: .permission,
        cause: "\(name) wants a login first: log in with its own program\(how), "
          + "then ask again")
    }
    return TurnFailure(scope: scope, status: .program, cause: "\(what): \(error.message)")
  }

  /// The ways to log in that the agent named.
  private static func logins(_ methods: [JSONValue]) -> String {
    let names = methods.prefix(4).compactMap { $0["name"]?.string ?? $0["id"]?.string }
    return ForeignWords.line(names.joined(separator: ", "))
  }
}

extension JSONValue {
  /// Says nothing.
  fileprivate var isBlank: Bool { isNull || object?.isEmpty == true }
}
