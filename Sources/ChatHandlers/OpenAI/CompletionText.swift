internal import ChatStorage
internal import JSONLines

/// The text of a completion, put together from the body of an answer with status 200.
struct CompletionText {
  /// What is wrong with what was received.
  enum Trouble: Equatable, Sendable {
    case complaint(EndpointComplaint)
    /// Not a completion; the beginning of what it is.
    case unintelligible(String)
    /// A web page.
    case webPage
  }

  /// How the body is to be read, which its first byte tells.
  private enum Form {
    case unknown, events
    /// An endpoint that does not stream answers with one object.
    case object
  }

  /// Bytes of text beyond which the answer is cut.
  let limit: Int
  private var form = Form.unknown
  private var decoder = EventStreamDecoder()
  private var object: [UInt8] = []
  private(set) var text = ""
  /// Bytes of the text; counting them each time would cost the length of the text.
  private(set) var size = 0
  private(set) var trouble: Trouble?
  /// Why the model ended; nil while it has not.
  private(set) var finishReason: String?
  /// The stream was ended in order.
  private(set) var isDone = false
  private(set) var wasCut = false

  init(limit: Int) { self.limit = limit }

  /// Whether nothing that follows could change the answer.
  var isOver: Bool { isDone || wasCut || trouble != nil }

  mutating func take(_ bytes: [UInt8]) {
    if form == .unknown { recognize(bytes) }
    switch form {
    case .unknown: break
    case .events: takeEvents(bytes)
    case .object: takeObject(bytes)
    }
  }

  private mutating func recognize(_ bytes: [UInt8]) {
    guard let first = bytes.first(where: { $0 > 0x20 }) else { return }
    switch first {
    case UInt8(ascii: "{"): form = .object
    case UInt8(ascii: "<"): trouble = .webPage
    default: form = .events
    }
  }

  private mutating func takeEvents(_ bytes: [UInt8]) {
    for event in decoder.take(bytes) where !isOver { take(CompletionChunk(event), event) }
    if decoder.isOverlong, !isOver { garbled(Array("an event without end".utf8)) }
  }

  private mutating func take(_ chunk: CompletionChunk, _ event: [UInt8]) {
    switch chunk {
    case .text(let more): append(more)
    case .finished(let more, let reason):
      append(more)
      finishReason = reason
    case .done: isDone = true
    case .error(let complaint): trouble = .complaint(complaint)
    case .unintelligible: garbled(event)
    }
  }

  /// After the end of the model's answer nothing can spoil it.
  private mutating func garbled(_ bytes: [UInt8]) {
    if finishReason != nil {
      isDone = true
    } else {
      trouble = .unintelligible(
        String(decoding: bytes.prefix(CompletionText.keptBeginning), as: UTF8.self))
    }
  }

  /// Much more than is shown: a key in it must be whole to be found and taken out.
  private static let keptBeginning = EndpointKey.sizeLimit + 400

  private mutating func takeObject(_ bytes: [UInt8]) {
    object += bytes
    // The text is a part of it; escaped it may be several times as long.
    if object.count > 8 * limit + EventStreamDecoder.limit {
      trouble = .unintelligible("an object without end")
      object = []
    }
  }

  private mutating func append(_ more: String) {
    if more.isEmpty { return }
    let room = limit - size
    if more.utf8.count <= room {
      text += more
      size += more.utf8.count
    } else {
      text += String(decoding: BoundedText.prefix(of: more, bytes: room), as: UTF8.self)
      size = limit
      wasCut = true
    }
  }

  /// The body is there to its end.
  mutating func end() {
    guard form == .object, trouble == nil else { return }
    if let row = try? JSONObject.parse(object) {
      take(CompletionChunk(row), object)
      if trouble == nil { isDone = true }
    } else {
      garbled(object)
    }
    object = []
  }

  /// Whether the model said all it had to say.
  ///
  /// Some endpoints send no `[DONE]`, others no reason.
  var isComplete: Bool { trouble == nil && (isDone || finishReason != nil) }
}
