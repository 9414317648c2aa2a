/// What to do instead of a command of the existing program that this one does not have.
enum LegacyAdvice {
  /// Nil when the beginning of the line is not known.
  static func hint(for line: [String]) -> String? {
    let words = line.prefix { !$0.hasPrefix("-") }
    let options = line.filter { $0.hasPrefix("-") }
    if words.first == "chat" {
      let found = options.lazy.compactMap { chatOptions[String($0.prefix { $0 != "=" })] }.first
      if let found { return found }
    }
    for length in [2, 1] {
      if let advice = commands[words.prefix(length).joined(separator: " ")] { return advice }
    }
    return nil
  }

  private static let chatOptions = [
    "--clear": "messages are kept: `wg chat archive CHAT`, then `wg chat create`, begins anew",
    "--rotate": "files are not rotated: a start reads only what is new",
    "--cleanup": "messages are kept; `wg chat delete CHAT` deletes a chat and keeps its history",
    "--compact": "compacting is the handler's business: tell it in the chat",
    "--attachment": "name the file in the message; the handler reads it",
    "--share-from": "`wg chat history CHAT --json` prints a history for another chat",
    "--no-history": "a fresh chat has no history: `wg chat create`",
  ]

  private static let commands = [
    "chat resume": "`wg chat start CHAT` ends a stop, `wg chat restore CHAT` brings a chat back",
    "coordinator": "`wg chat list --all`, `wg chat archive CHAT`, `wg chat restore CHAT`",
    "session new": "`wg chat create` makes a chat with its session",
    "session attach": "`wg chat attach CHAT`",
    "session fork": "`wg chat create`, and tell the new chat what it needs to know",
    "session alias": "`wg chat create --name NAME` names a chat",
    "session rm": "`wg chat delete CHAT`; the history is kept",
    "service pause": "`wg chat stop CHAT`, or `wg service stop` for all of them",
    "service resume": "`wg chat start CHAT`, or `wg service start`",
    "service freeze": "`wg service stop`",
    "service thaw": "`wg service start`",
    "service tick": "nothing: the dispatcher acts when something happens, not on a beat",
    "service daemon": "`wg service start --foreground`",
    "spawn-task": "the dispatcher starts handlers; `wg-handler KIND` is one, see wg-handler(7)",
    "claude-handler": "`wg-handler claude`, see wg-handler(7)",
    "codex-handler": "`wg-handler codex`, see wg-handler(7)",
    "nex": "`wg-handler openai`, see wg-handler(7)",
    "agents": agents, "kill": agents, "spawn": agents, "agent": agents, "evolve": agents,
    "msg": "`wg log TASK TEXT` leaves a note, `wg chat send CHAT TEXT` asks a chat",
    "config":
      "edit .wg/config.toml, see wg-config(5), then `wg service reload`; `wg config show` shows it",
    "setup": "`wg init --handler KIND`",
  ]

  private static let agents =
    "task agents belong to the other wg program; this one runs chats, and shares the project with it"
}
