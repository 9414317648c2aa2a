internal import ChatStorage
internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Answers with what a model says behind an OpenAI-compatible endpoint.
///
/// Each message is one request with the recent conversation, whose answer is streamed. What happens
/// in a turn is decided by `CompletionTurn`; here it is performed.
final class OpenAIResponder: Responder {
  private enum Phase {
    case notStarted
    case ready
    /// Beside it `turn`, which is changed in place.
    case answering
    case finished(CompletionTurn.Outcome)
    case ended
  }

  private let settings: OpenAISettings
  private let environment: HandlerEnvironment
  private let loop: EventLoop
  private var phase = Phase.notStarted
  private var turn: CompletionTurn?
  private var question: Question?
  private var request: HTTPClient.Request?
  private var client: HTTPClient?
  /// Nil before the first message: a chat that nobody writes to reads no files.
  private var history: ChatHistory?
  private(set) var draftVersion = 0

  init(_ settings: OpenAISettings, _ context: HandlerContext) {
    self.settings = settings
    environment = context.environment
    loop = context.loop
  }

  var state: ResponderState {
    switch phase {
    case .notStarted: .starting
    case .ready: .ready
    case .answering: .answering
    case .finished(.answered(let answer)): .answered(answer)
    case .finished(.failed(let failure)): .failed(failure)
    case .ended: .ended(.success)
    }
  }

  var deadline: Int64? { [turn?.deadline, client?.deadline].compactMap { $0 }.min() }
  var draft: String { turn?.text.text ?? "" }

  func start(at now: Int64) { phase = .ready }

  func answer(_ question: Question, at now: Int64) {
    self.question = question
    do throws(TurnFailure) {
      let prepared = try prepare(question)
      request = prepared.request
      turn = CompletionTurn(settings, prepared.judge, at: now)
      phase = .answering
      try send()
    } catch {
      finish(.failed(error))
    }
  }

  func acknowledge(at now: Int64) {
    if let question, case .finished(.answered(let answer)) = phase, answer.kind == .answer {
      history?.add(ChatHistory.Exchange(question: question.content, answer: answer.content))
    }
    question = nil
    phase = .ready
  }

  func interrupt(at now: Int64) { handle(.interrupted, at: now) }

  func stop(at now: Int64) {
    client?.cancel()
    turn = nil
    switch phase {
    case .finished(.answered): break  // To be delivered first; then this is said again.
    case .notStarted, .ready, .answering, .finished(.failed), .ended: phase = .ended
    }
  }

  func advance(at now: Int64) {
    if let end = client?.advance(at: now) { handle(.ended(end), at: now) }
    if let due = turn?.deadline, due <= now { handle(.timePassed, at: now) }
    settle()
  }
}

// The turn.
extension OpenAIResponder {
  private func handle(_ event: CompletionTurn.Event, at now: Int64) {
    switch turn?.handle(event, at: now, chance: Double(RandomBytes.word() >> 11) / 0x1p53) {
    case .send: do throws(TurnFailure) { try send() } catch { finish(.failed(error)) }
    case .cancel: client?.cancel()
    case nil: break
    }
  }

  /// The outcome is taken over outside of what libcurl calls.
  private func settle() {
    if case .over(let outcome)? = turn?.phase { finish(outcome) }
  }

  private func finish(_ outcome: CompletionTurn.Outcome) {
    turn = nil
    request = nil
    phase = .finished(outcome)
  }

  private func received(_ bytes: [UInt8]) -> Bool {
    // What follows the end of an answer is not received without end.
    guard turn != nil else { return false }
    handle(.received(bytes, status: client?.status ?? 0), at: Clock.monotonic)
    draftVersion = turn?.text.size ?? 0
    return turn?.text.wasCut != true && turn?.text.trouble == nil
  }

  private func send() throws(TurnFailure) {
    let client = if let present = self.client { present } else { try makeClient() }
    self.client = client
    guard let request, client.post(request) else {
      throw TurnFailure(
        scope: .moment, status: .system, cause: "the request cannot be made: no memory is left")
    }
  }

  private func makeClient() throws(TurnFailure) -> HTTPClient {
    guard let client = HTTPClient(loop: loop) else {
      throw TurnFailure(
        scope: .chat, status: .unavailable,
        cause: "libcurl.so.4 cannot be loaded, which this kind of handler needs: install libcurl4")
    }
    client.onBytes = { [unowned self] in received($0) }
    return client
  }
}

// What a request is made of.
extension OpenAIResponder {
  private func prepare(
    _ question: Question
  ) throws(TurnFailure) -> (request: HTTPClient.Request, judge: EndpointJudge) {
    let endpoint = try endpoint()
    guard let model = settings.model else {
      throw wrong("no model is set: wg chat set CHAT -m MODEL, or --model")
    }
    let key = try key()
    let completion = CompletionRequest(
      model: model, systemPrompt: try systemPrompt(), history: try recentHistory(),
      question: question.content, maxTokens: settings.maxTokens)
    var headers = ["Content-Type: application/json", "Accept: text/event-stream", "Expect:"]
    if let key { headers.append("Authorization: Bearer \(key.text)") }
    let request = HTTPClient.Request(
      url: endpoint.url, headers: headers, body: completion.body,
      connectTimeout: settings.connectTimeout, isDirect: endpoint.isLoopback,
      authorities: settings.authorities)
    return (request, EndpointJudge(model: model, key: key))
  }

  private func endpoint() throws(TurnFailure) -> Endpoint {
    guard let text = settings.endpoint else {
      throw wrong("no endpoint is set: wg chat set CHAT -e URL, or --endpoint")
    }
    do throws(UsageError) { return try Endpoint(text) } catch { throw wrong(error.description) }
  }

  private func key() throws(TurnFailure) -> EndpointKey? {
    let credential = settings.credential.flatMap { path in
      (try? FileStatus.of(path, followsLinks: true)) == nil ? nil : path
    }
    guard let path = settings.keyFile ?? credential else { return nil }
    do throws(UsageError) {
      return try EndpointKey.read(path)
    } catch {
      throw TurnFailure(scope: .chat, status: .permission, cause: error.description)
    }
  }

  private static let promptLimit = 1 << 20

  private func systemPrompt() throws(TurnFailure) -> String? {
    guard let path = settings.systemPromptFile else { return settings.systemPrompt }
    do throws(Errno) {
      let file = try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK, followsLinks: true)
      let bytes = try file.read(at: 0, count: OpenAIResponder.promptLimit)
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      throw wrong("the system prompt's file \(path) cannot be read: \(error)")
    }
  }

  private func recentHistory() throws(TurnFailure) -> ChatHistory {
    if let history { return history }
    do throws(StorageError) {
      let found = try ChatHistory(limit: settings.historyLimit, of: environment.directory)
      history = found
      return found
    } catch {
      throw TurnFailure(scope: .moment, status: .files, cause: error.description)
    }
  }

  private func wrong(_ cause: String) -> TurnFailure {
    TurnFailure(scope: .chat, status: .settings, cause: cause)
  }
}
