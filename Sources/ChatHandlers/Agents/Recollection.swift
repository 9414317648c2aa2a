internal import ChatStorage
internal import SystemPackage

/// What was said in a chat before a question, for an agent that was not there.
///
/// Read from the end of the chat's own files. Whole exchanges, newest first until there is no room;
/// a question without an answer, and an answer whose question is further back, are left out.
struct Recollection {
  /// The most bytes.
  private static let limit = 32 << 10
  /// The most rows of each file that are looked at.
  private static let rows = 200

  private let inbox: MessageLog
  private let outbox: MessageLog

  init(_ directory: FilePath) {
    inbox = MessageLog(directory: directory, .inbox)
    outbox = MessageLog(directory: directory, .outbox)
  }

  /// Empty when nothing was said, or it cannot be read.
  func text(before question: Question) -> String {
    let asked = (try? inbox.last(Recollection.rows)) ?? []
    let answered = (try? outbox.last(Recollection.rows)) ?? []
    let answers = Dictionary(
      answered.filter { $0.role == .coordinator }.map { ($0.requestID, $0.content) },
      uniquingKeysWith: { $1 })
    let exchanges = asked.filter { $0.id != question.message.id }.compactMap { message in
      answers[message.effectiveRequestID].map { answer in
        "User: \(message.content)\n\nYou: \(answer)"
      }
    }
    return Recollection.newest(exchanges).joined(separator: "\n\n")
  }

  private static func newest(_ exchanges: [String]) -> [String] {
    var room = limit
    let kept = exchanges.reversed().prefix { exchange in
      room -= exchange.utf8.count
      return room >= 0
    }
    return kept.reversed()
  }
}
