extension BuiltInKind {
  /// Every option that the kind understands, in the order of its help.
  public var options: [HandlerOption] {
    switch self {
    case .echo: []
    case .command: Self.commandOptions
    case .openai: Self.openaiOptions
    case .acp: Self.acpOptions
    case .claude: Self.agentOptions("claude")
    case .codex: Self.agentOptions("codex")
    }
  }

  private static let answerTimeout = HandlerOption(
    "answer-timeout", .span, "the time from a message to the end of its answer")
  private static let startTimeout = HandlerOption(
    "start-timeout", .span, "the time that the agent has to be ready")

  private static let commandOptions = [
    HandlerOption(
      "prompt", .text, isRepeatable: true,
      "what the program shows when it waits for input, which ends an answer"),
    HandlerOption("quiet", .span, "the pause after some output that ends an answer"),
    HandlerOption("silence", .span, "the pause without any output that ends an answer"),
    answerTimeout,
    HandlerOption("no-pty", .flag, "pipes instead of a terminal"),
  ]

  private static let openaiOptions = [
    HandlerOption("endpoint", .url, "the endpoint, up to what precedes /chat/completions"),
    HandlerOption("model", .text, "the model that is asked"),
    HandlerOption("key-file", .path, "the file with the key, read again for each message"),
    HandlerOption("system-prompt", .text, "what the model is told before the conversation"),
    HandlerOption("system-prompt-file", .path, "the file with what it is told"),
    HandlerOption("history-limit", .size, "bytes of the conversation that the model is shown"),
    HandlerOption("max-tokens", .count(1...1_000_000_000), "the most tokens of an answer"),
    HandlerOption("connect-timeout", .span, "the time that a connection may take"),
    HandlerOption("stall-timeout", .span, "the time without a byte that ends an answer"),
    answerTimeout,
    HandlerOption("retries", .count(0...100), "how often a request is tried again"),
    HandlerOption("answer-limit", .size, "the most bytes of an answer"),
  ]

  private static let acpOptions = [
    HandlerOption(
      "permission", .choice(["deny", "allow", "read-only"]),
      "what the agent is told when it asks for permission"),
    answerTimeout,
    startTimeout,
  ]

  private static func agentOptions(_ program: String) -> [HandlerOption] {
    [
      HandlerOption("program", .path, "the program instead of \(program) in PATH"),
      HandlerOption("model", .text, "the model that it uses"),
      HandlerOption("permission-mode", .text, "what it may do without asking"),
      answerTimeout,
      startTimeout,
    ]
  }
}
