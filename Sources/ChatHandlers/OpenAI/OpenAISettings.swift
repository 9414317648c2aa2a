internal import SystemPackage

/// Which model is asked, where, and with how much patience.
struct OpenAISettings: Equatable, Sendable {
  var endpoint: String?
  var model: String?
  /// Where the key is, when that was said.
  var keyFile: FilePath?
  /// Where it is otherwise, if it is there.
  var credential: FilePath?
  var systemPrompt: String?
  var systemPromptFile: FilePath?
  /// Bytes of earlier messages and answers that the model is shown.
  var historyLimit = 48 << 10
  var maxTokens: Int64?
  /// Nanoseconds until there is a connection.
  var connectTimeout: Int64 = 10_000_000_000
  /// Nanoseconds without a byte.
  var stallTimeout: Int64 = 60_000_000_000
  /// Nanoseconds from a message to the end of its answer, all tries together.
  var answerTimeout: Int64 = 600_000_000_000
  /// How often a request is sent again.
  var retries = 4
  /// Bytes of an answer; the rest is cut.
  var answerLimit = 4 << 20
  /// `SSL_CERT_FILE`: the authorities to trust instead of the system's.
  var authorities: String?
}

extension OpenAISettings {
  /// An option counts before the environment.
  init(_ given: HandlerArguments, _ environment: HandlerEnvironment) {
    endpoint = given.text("endpoint") ?? environment.endpoint
    model = given.text("model") ?? environment.model
    keyFile = given.text("key-file").map { FilePath($0) }
    authorities = environment.authorities
    credential = environment.credentials?.appending(EndpointKey.credential)
    systemPrompt = given.text("system-prompt")
    systemPromptFile = given.text("system-prompt-file").map { FilePath($0) }
    historyLimit = size(given.number("history-limit")) ?? historyLimit
    maxTokens = given.number("max-tokens")
    connectTimeout = given.number("connect-timeout") ?? connectTimeout
    stallTimeout = given.number("stall-timeout") ?? stallTimeout
    answerTimeout = given.number("answer-timeout") ?? answerTimeout
    retries = given.number("retries").map { Int($0) } ?? retries
    answerLimit = size(given.number("answer-limit")) ?? answerLimit
  }

  /// What is larger could not be held in memory, nor read by others.
  private func size(_ number: Int64?) -> Int? { number.map { Int(min($0, 64 << 20)) } }
}
