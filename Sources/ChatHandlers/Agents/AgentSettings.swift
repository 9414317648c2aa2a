internal import HandlerKinds
internal import SystemPackage

/// How an agent is run.
struct AgentSettings: Equatable, Sendable {
  /// The program, and for `acp` its arguments; never empty.
  var program: [String]
  /// What the person wants the program of `claude` or `codex` to be told too.
  var extraArguments: [String] = []
  /// The model, where it was said.
  var model: String?
  /// What the agent may do, in its own words, where it was said.
  var permissionMode: String?
  /// What an agent of kind `acp` is told when it asks whether it may.
  var permission = PermissionPolicy.deny
  /// Nanoseconds from a question to the end of its answer.
  var answerTimeout: Int64 = 600_000_000_000
  /// Nanoseconds from the program's start until it is ready, or says something.
  var startTimeout: Int64 = 60_000_000_000
}

extension AgentSettings {
  /// `model` is what the chat is to use unless an option says otherwise.
  init(_ given: HandlerArguments, model: String?) {
    switch given.kind {
    case .claude, .codex:
      self.init(program: [given.text("program") ?? given.kind.rawValue])
      extraArguments = given.program
    case .echo, .command, .openai, .acp:
      self.init(program: given.program)
    }
    self.model = given.text("model") ?? Self.bare(model, given.kind.rawValue)
    permissionMode = given.text("permission-mode")
    permission = given.text("permission").flatMap(PermissionPolicy.init) ?? permission
    answerTimeout = given.number("answer-timeout") ?? answerTimeout
    startTimeout = given.number("start-timeout") ?? startTimeout
  }

  /// What people call the agent: the name of the program's file.
  var name: String { program.first.flatMap { FilePath($0).lastComponent?.string } ?? "agent" }

  /// Rows of the existing program name a model `claude:opus`.
  private static func bare(_ model: String?, _ kind: String) -> String? {
    guard let model, model.hasPrefix(kind + ":") else { return model }
    return String(model.dropFirst(kind.count + 1))
  }
}
