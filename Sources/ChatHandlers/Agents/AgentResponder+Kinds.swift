internal import HandlerKinds
internal import LinuxSystem
internal import SystemPackage

// The kinds of agents.
extension AgentResponder {
  static func acp(_ given: HandlerArguments, _ context: HandlerContext) -> AgentResponder {
    let settings = AgentSettings(given, model: context.environment.model)
    // Where the handler was started, which is where the chat works.
    let directory = (try? FilePath(".").resolvingSymbolicLinks()) ?? context.environment.directory
    return AgentResponder(given.kind.rawValue, settings, context) { remembered in
      ACPConversation(
        name: settings.name, policy: settings.permission, directory: directory.string,
        remembered: remembered, clientVersion: HandlerHelp.version)
    }
  }

  static func claude(_ given: HandlerArguments, _ context: HandlerContext) -> AgentResponder {
    let settings = AgentSettings(given, model: context.environment.model)
    return AgentResponder(given.kind.rawValue, settings, context) { remembered in
      ClaudeConversation(settings, remembered: remembered)
    }
  }

  static func codex(_ given: HandlerArguments, _ context: HandlerContext) -> AgentResponder {
    let settings = AgentSettings(given, model: context.environment.model)
    return AgentResponder(given.kind.rawValue, settings, context) { remembered in
      CodexConversation(settings, remembered: remembered)
    }
  }

  private convenience init(
    _ kind: String, _ settings: AgentSettings, _ context: HandlerContext,
    _ conversation: (String?) -> any AgentConversation
  ) {
    let memory = SessionMemory(
      context.environment.directory, agent: kind, token: context.token)
    self.init(
      conversation(memory.recall()), settings, memory: memory, environment: context.variables,
      loop: context.loop,
      recollect: {
        (try? ChatHistory(limit: Self.recollectionLimit, of: context.environment.directory))?
          .recollection ?? ""
      })
  }

  /// The most bytes that an agent is told of what was said before.
  private static let recollectionLimit = 32 << 10
}
