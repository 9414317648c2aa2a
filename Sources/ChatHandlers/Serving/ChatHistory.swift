internal import ChatStorage
internal import JSONLines
internal import SystemPackage

/// What was asked and answered before, as much of it as a model or an agent is to be shown.
///
/// Whole exchanges, the newest ones, as many as fit into the limit. What was answered with an error is
/// no part of it.
struct ChatHistory: Equatable, Sendable {
  struct Exchange: Equatable, Sendable {
    let question: String
    let answer: String

    var size: Int { question.utf8.count + answer.utf8.count }
  }

  /// Bytes of texts.
  let limit: Int
  /// Oldest first.
  private(set) var exchanges: [Exchange] = []
  private(set) var size = 0

  init(limit: Int) { self.limit = limit }

  /// Adds the newest exchange; the oldest ones make room for it.
  mutating func add(_ exchange: Exchange) {
    exchanges.append(exchange)
    size += exchange.size
    var dropped = 0
    while size > limit, dropped < exchanges.count {
      size -= exchanges[dropped].size
      dropped += 1
    }
    exchanges.removeFirst(dropped)
  }

  /// As an agent is told that was not there; empty when nothing was said.
  var recollection: String {
    exchanges.map { "User: \($0.question)\n\nYou: \($0.answer)" }.joined(separator: "\n\n")
  }
}

extension ChatHistory {
  /// The most questions that are looked at; an answer whose question is further back is left out.
  private static let reach = 10_000

  /// Rebuilds it from the files of a chat, reading no more of them than it takes.
  init(limit: Int, of directory: FilePath) throws(StorageError) {
    self.init(limit: limit)
    let answers = try ChatHistory.answers(directory, limit)
    var left = Set(answers.keys)
    var found: [Exchange] = []
    var seen = 0
    try MessageLog(directory: directory, .inbox).forEachBackward { message in
      if left.remove(message.effectiveRequestID) != nil,
        let answer = answers[message.effectiveRequestID]
      {
        found.append(Exchange(question: message.content, answer: answer))
      }
      seen += 1
      return !left.isEmpty && seen < ChatHistory.reach
    }
    for exchange in found.reversed() { add(exchange) }
  }

  /// The newest answers, by request id, until the limit is spent.
  private static func answers(
    _ directory: FilePath, _ limit: Int
  ) throws(StorageError) -> [String: String] {
    var answers: [String: String] = [:]
    var room = limit
    try MessageLog(directory: directory, .outbox).forEachBackward { message in
      if message.role == .coordinator { answers[message.requestID] = message.content }
      room -= message.content.utf8.count
      return room > 0
    }
    return answers
  }
}
