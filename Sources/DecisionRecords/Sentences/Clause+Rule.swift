public import SupervisionCore

extension Clause {
  /// The rule that the clause belongs to, in one sentence.
  public var ruleSentence: String { Self.ruleSentence(rule) }

  /// A rule in one sentence, by its number.
  static func ruleSentence(_ rule: Int) -> String {
    switch rule {
    case 1: "a handler is wanted while a consumer is connected or a message waits"
    case 2: "a handler is started only if it is wanted and nothing forbids it"
    case 3: "after every end the inbox is read again before anything is decided"
    case 4: "a handler that nobody wants for the idle timeout is stopped"
    case 5:
      "an end that nobody asked for is a failure: it delays the next start, and many park the chat"
    case 6: "starts are bounded, a crash loop is parked, and of chats that fail alike one tries"
    case 7: "a message that is first in line at every failure is set aside"
    case 9: "a live process that holds the session's lock counts as the handler"
    case 10: "a chat without a task archives itself, once"
    case 11: "a stop is polite first, then SIGKILL; an archive begins with its tombstone"
    case 12: "what is archived stays so until somebody restores it"
    case 13: "a stop holds until somebody asks for a start"
    case 14: "a dispatcher that ends stops its handlers, and that is no failure"
    default: "rule \(rule)"
    }
  }
}
