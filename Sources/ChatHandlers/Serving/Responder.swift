internal import ChatStorage

/// Something that answers one message at a time.
///
/// Driven by level: the server looks at `state` after each turn of its loop, and calls `advance`
/// whenever something may have happened: a descriptor in the loop, a signal, a child's end, a
/// deadline. What a responder waits for it registers with the loop itself, and nothing of it blocks.
///
///     starting ──▶ ready ──▶ answering ──▶ answered ──▶ ready
///                              │                          ▲
///                              └─▶ failed ── (message) ───┘
///
/// `stop` leads from every state through `stopping` to `ended`; a run that cannot go on goes to
/// `ended` by itself, with the cause. A message whose run ended without `answered` or `failed` stays
/// pending, and the next run is asked again.
protocol Responder: AnyObject {
  var state: ResponderState { get }
  /// The next instant at which `advance` has something to do without an event; nil for none.
  var deadline: Int64? { get }
  /// Counts the changes of `draft`; while it stays the same, nobody asks for the draft.
  var draftVersion: Int { get }
  /// The answer as far as it has come, whole, as plain text.
  ///
  /// Asked for at most twenty times a second, in state `answering`.
  var draft: String { get }

  /// Begins to become ready. Called once, first.
  func start(at now: Int64) throws(HandlerExit)
  /// Begins an answer. Only in state `ready`.
  func answer(_ question: Question, at now: Int64)
  /// What there is to say is in the outbox; goes on.
  ///
  /// Only in state `answered`, and `failed` when the failure is about the message alone.
  func acknowledge(at now: Int64) throws(HandlerExit)
  /// Ends the answer that is being made, with what there is of it, marked as interrupted.
  func interrupt(at now: Int64)
  /// Begins to end. In any state, any number of times.
  ///
  /// A turn that is in progress is given up; the server has waited for it as long as it may.
  func stop(at now: Int64)
  /// Looks at what happened and at the time.
  func advance(at now: Int64) throws(HandlerExit)
}

/// For those who have no answer before they have all of it.
extension Responder {
  var draftVersion: Int { 0 }
  var draft: String { "" }
}

enum ResponderState: Equatable {
  case starting
  case ready
  case answering
  case answered(Answer)
  case failed(TurnFailure)
  case stopping
  case ended(HandlerExit)
}

/// What is asked.
struct Question: Equatable, Sendable {
  let message: ChatMessage
  /// An earlier run began with this message, and may have acted on it.
  let isRedelivered: Bool

  var content: String { message.content }
}

/// What goes into the outbox.
struct Answer: Equatable, Sendable {
  enum Kind: Sendable { case answer, systemError }

  var kind = Kind.answer
  var content: String
  /// The answer with everything that was done for it, where that is more than the content.
  var transcript: String?
  /// It ends where somebody interrupted it.
  var isInterrupted = false
}
