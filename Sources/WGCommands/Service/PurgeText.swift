internal import ControlProtocol
internal import Terminal

/// What a purge did, for people.
enum PurgeText {
  /// `Purged 3 chats (3 handlers ended), skipped 1 (.chat-2: already archived)`.
  static func lines(_ answer: PurgeAnswer) -> [String] {
    let verb = answer.isDryRun ? "Would purge" : "Purged"
    let ended = answer.purged.count { [.terminated, .killed].contains($0.handler.outcome) }
    let handlers = answer.isDryRun ? "" : " (\(Count.of(ended, "handler")) ended)"
    let first = "\(verb) \(Count.of(answer.purged.count, "chat"))\(handlers)"
    let skipped = answer.skipped.map { "\($0.taskID): \($0.reason.rawValue)" }
    let rest =
      skipped.isEmpty ? "" : ", skipped \(skipped.count) (\(skipped.joined(separator: ", ")))"
    return [SafeText.line(first + rest)]
  }

  /// What went wrong, and what had to be killed.
  static func notes(_ answer: PurgeAnswer) -> [String] {
    let killed = answer.purged.filter { $0.handler.outcome == .killed }.map {
      "the handler of \($0.taskID) did not end by itself and was killed"
    }
    let survivors = answer.purged.flatMap { chat in
      chat.handler.survivors.map {
        "process \($0.pid) of \(chat.taskID) is still there, in state \($0.state)"
          + ($0.waitsIn.map { ", in \($0)" } ?? "")
      }
    }
    let errors = answer.errors.map { failure in
      (failure.chatID.map { ".chat-\($0): " } ?? "") + failure.error
    }
    return killed + survivors + errors
  }
}
