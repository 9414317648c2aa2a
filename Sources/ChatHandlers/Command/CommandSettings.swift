/// How the program of a `command` handler is run, and when its answer is complete.
struct CommandSettings: Equatable, Sendable {
  /// The program and its arguments; never empty.
  var arguments: [String]
  /// What the program shows when it waits for input.
  ///
  /// Empty: its silence tells.
  var prompts: [String] = []
  /// Nanoseconds without output, after some output, that end an answer.
  var quiet: Int64 = 300_000_000
  /// Nanoseconds without any output that end an answer as empty.
  var silence: Int64 = 2_000_000_000
  /// Nanoseconds from the message to the end of its answer.
  var answerTimeout: Int64 = 120_000_000_000
  /// Whether the program gets a terminal; pipes otherwise.
  var usesTerminal = true
}

extension CommandSettings {
  init(_ given: HandlerArguments) {
    self.init(arguments: given.program)
    prompts = given.texts("prompt")
    quiet = given.number("quiet") ?? quiet
    silence = given.number("silence") ?? silence
    answerTimeout = given.number("answer-timeout") ?? answerTimeout
    usesTerminal = !given.isGiven("no-pty")
  }
}
