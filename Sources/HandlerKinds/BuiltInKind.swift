/// A kind of handler that `wg-handler` runs.
///
/// wg-handler(7). The one list of kinds: the configuration, the launch of a handler and the
/// handler's own arguments are read by it.
public enum BuiltInKind: String, CaseIterable, Sendable {
  case echo, command, openai, acp, claude, codex

  /// What may follow the options, after `--`.
  public enum Program: Sendable {
    case none
    /// A program and its arguments, which must be there.
    case required
    /// Further arguments for the program that the kind runs.
    case extraArguments
  }

  public var program: Program {
    switch self {
    case .echo, .openai: .none
    case .command, .acp: .required
    case .claude, .codex: .extraArguments
    }
  }

  /// What it does, in a few words.
  public var explanation: String {
    switch self {
    case .echo: "answers each message with its own text"
    case .command: "answers with what a program prints"
    case .openai: "answers with what a model behind an OpenAI-compatible endpoint says"
    case .acp: "lets an agent answer that speaks the Agent Client Protocol"
    case .claude: "lets Claude Code answer"
    case .codex: "lets Codex answer"
    }
  }

  /// The option with a name, such as `--answer-timeout` or `answer-timeout`.
  public func option(named name: some StringProtocol) -> HandlerOption? {
    let bare = name.hasPrefix("--") ? String(name.dropFirst(2)) : String(name)
    return options.first { $0.name == bare }
  }

  /// The option that a key of the configuration stands for, such as `answer_timeout`.
  public func option(forKey key: some StringProtocol) -> HandlerOption? {
    let key = String(key)
    return options.first { $0.key == key }
  }
}
