internal import ChatStorage

/// Something that answers one message at a time.
///
/// Driven by level: the server looks at `state` after each turn of its loop, and calls `advance`
/// whenever something may have happened.
protocol Responder: AnyObject {
  var state: ResponderState { get }
  /// The next instant at which `advance` has something to do without an event; nil for none.
  var deadline: Int64? { get }

  /// Begins to become ready. Called once, first.
  func start(at now: Int64) throws(HandlerExit)
  /// Begins an answer. Only in state `ready`.
  func answer(_ content: String, at now: Int64)
  /// The answer is in the outbox. Only in state `answered`.
  func acknowledge(at now: Int64) throws(HandlerExit)
  /// Ends the answer that is being made, with what there is of it.
  func interrupt(at now: Int64)
  /// Begins to end. In any state, any number of times.
  func stop(at now: Int64)
  /// Looks at what happened and at the time.
  func advance(at now: Int64) throws(HandlerExit)
}

enum ResponderState: Equatable {
  case starting
  case ready
  case answering
  case answered(Answer)
  case stopping
  case ended(HandlerExit)
}

/// What goes into the outbox.
struct Answer: Equatable, Sendable {
  enum Kind: Sendable { case answer, systemError }

  var kind = Kind.answer
  var content: String
}

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
    return ImmediateResponder { _ in Answer(kind: .systemError, content: text) }
  }

  var deadline: Int64? { nil }

  func start(at now: Int64) { state = .ready }
  func answer(_ content: String, at now: Int64) { state = .answered(answer(content)) }
  func acknowledge(at now: Int64) { state = .ready }
  func interrupt(at now: Int64) {}
  func stop(at now: Int64) { state = .ended(.success) }
  func advance(at now: Int64) {}
}
