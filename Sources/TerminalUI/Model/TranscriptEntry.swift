/// Something that was said in a conversation.
public struct TranscriptEntry: Equatable, Sendable {
  public enum Speaker: Equatable, Sendable {
    case person(String)
    case agent
    /// The program itself, telling why there is no answer.
    case system
  }

  public let speaker: Speaker
  public let text: String
  /// Nanoseconds since 1970; nil when it is not known.
  public let time: Int64?
  /// The number of the answer in the outbox; nil for what people said.
  public let answer: UInt64?

  public init(speaker: Speaker, text: String, time: Int64?, answer: UInt64?) {
    self.speaker = speaker
    self.text = text
    self.time = time
    self.answer = answer
  }
}
