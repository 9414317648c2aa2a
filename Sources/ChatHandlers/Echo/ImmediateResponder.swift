/// A responder that knows its answer as soon as it has the message.
final class ImmediateResponder: Responder {
  private let answer: (String) -> Answer
  private(set) var state = ResponderState.starting

  init(_ answer: @escaping (String) -> Answer) { self.answer = answer }

  /// The content comes back: shows that everything between sender and handler works.
  static func echo() -> ImmediateResponder {
    ImmediateResponder { Answer(content: $0) }
  }

  /// Tells each sender that nobody can answer.
  ///
  /// Better than not starting: the sender learns why, and the dispatcher has no crash to contain.
  static func unavailable(_ kind: String) -> ImmediateResponder {
    let text =
      "handler kind \(kind) is not available in this version of wg; "
      + "give the chat a program with --command"
    return refusing(text)
  }

  /// Tells each sender that the handler was not started as it must be, and how.
  static func refused(_ reason: String) -> ImmediateResponder {
    refusing("this chat's handler cannot answer: \(reason); `wg chat set` gives it another one")
  }

  private static func refusing(_ text: String) -> ImmediateResponder {
    ImmediateResponder { _ in Answer(kind: .systemError, content: text) }
  }

  var deadline: Int64? { nil }

  func start(at now: Int64) { state = .ready }
  func answer(_ question: Question, at now: Int64) { state = .answered(answer(question.content)) }
  func acknowledge(at now: Int64) { state = .ready }
  func interrupt(at now: Int64) {}
  func stop(at now: Int64) { state = .ended(.success) }
  func advance(at now: Int64) {}
}
