internal import JSONLines

/// The body of a request for a completion.
struct CompletionRequest {
  var model: String
  var systemPrompt: String?
  var history: ChatHistory
  var question: String
  var maxTokens: Int64?

  var body: [UInt8] {
    var row: JSONObject = [
      "model": .text(model), "messages": .array(messages), "stream": true,
    ]
    if let maxTokens { row["max_tokens"] = .integer(maxTokens) }
    return row.encoded()
  }

  private var messages: [JSONValue] {
    var messages = systemPrompt.map { [message("system", $0)] } ?? []
    for exchange in history.exchanges {
      messages.append(message("user", exchange.question))
      messages.append(message("assistant", exchange.answer))
    }
    messages.append(message("user", question))
    return messages
  }

  private func message(_ role: String, _ content: String) -> JSONValue {
    .object(["role": .text(role), "content": .text(content)])
  }
}
