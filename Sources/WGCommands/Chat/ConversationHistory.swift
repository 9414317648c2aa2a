internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// Questions and answers of a chat in the order in which they were said.
struct ConversationHistory {
  struct Entry {
    let box: MessageLog.Box
    let message: ChatMessage
  }

  private(set) var entries: [Entry] = []
  private(set) var problems: [Problem] = []

  /// The last messages of both files together, oldest first.
  ///
  /// - Parameter ends: where the reading of a file stops; at its end when nothing is said of it.
  static func read(
    _ directory: FilePath, last count: Int, before ends: [MessageLog.Box: Int64] = [:]
  ) throws -> ConversationHistory {
    var history = ConversationHistory()
    let questions = try history.messages(directory, .inbox, count, ends)
    let answers = try history.messages(directory, .outbox, count, ends)
    history.entries = merge(questions, answers).suffix(count)
    return history
  }

  private mutating func messages(
    _ directory: FilePath, _ box: MessageLog.Box, _ count: Int, _ ends: [MessageLog.Box: Int64]
  ) throws -> [Entry] {
    try MessageLog(directory: directory, box)
      .last(count, before: ends[box]) { problems.append($0) }
      .map { Entry(box: box, message: $0) }
  }

  /// By time, a question before an answer of the same instant.
  ///
  /// Each file keeps its own order, whatever its times say: a clock may have been set back.
  private static func merge(_ questions: [Entry], _ answers: [Entry]) -> [Entry] {
    var merged: [Entry] = []
    var answers = answers[...]
    for question in questions {
      let time = question.time
      while let answer = answers.first, answer.time < time {
        merged.append(answer)
        answers = answers.dropFirst()
      }
      merged.append(question)
    }
    return merged + answers
  }
}

extension ConversationHistory.Entry {
  /// Nanoseconds since 1970; 0 when the row does not say.
  fileprivate var time: Int64 { Timestamp.parse(message.timestamp) ?? 0 }

  /// The row as it stands, with the file it stands in.
  var json: JSONValue {
    var row = message.row
    row["box"] = .text(box == .inbox ? "inbox" : "outbox")
    return .object(row)
  }

  /// Who says it, as far as the row tells.
  var speaker: String { message.user.flatMap { box == .inbox ? $0 : nil } ?? message.role.name }

  /// `time role: content`, further lines of the content indented.
  func lines(in context: CommandContext) -> [String] {
    let head = "\(message.timestamp) \(speaker): "
    let text = context.content(message.content)
      .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
    return [SafeText.line(head) + text]
  }

  /// On standard output, as it stands in the file or as a person reads it.
  func print(in context: CommandContext) {
    if context.isJSON {
      context.console.say(json.description)
    } else {
      for line in lines(in: context) { context.console.say(line) }
    }
  }
}
