/// Why a message has no answer, and what follows from it.
struct TurnFailure: Error, Equatable, Sendable {
  /// How far the cause reaches, which decides who is told and what happens next.
  enum Scope: Sendable {
    /// This message only: the sender is told, and the next message is served.
    case message
    /// Every message, until somebody does something about it: the sender is told, and the run fails,
    /// so that the dispatcher's back-off applies and its records have the cause.
    case chat
    /// It may pass: the run fails, and the next one is asked again. When that fails too, the
    /// dispatcher sets the message aside and tells the sender.
    case moment
  }

  let scope: Scope
  /// How the run ends, unless only the message is concerned.
  let status: HandlerExit.Status
  /// One line for people: what is wrong, and what to do where that is known.
  let cause: String
  /// What there was of the answer.
  var partial = ""

  /// As the sender gets it.
  var answer: Answer {
    let text = partial.isEmpty ? cause : "\(cause). The answer had begun:\n\(partial)"
    return Answer(kind: .systemError, content: text)
  }

  /// As the run ends.
  var exit: HandlerExit { HandlerExit(status, cause) }
}
