internal import JSONLines

/// What one event of a streamed completion says.
enum CompletionChunk: Equatable, Sendable {
  /// More of the text; may be empty.
  case text(String)
  /// The model is done, for this reason; with the last of the text.
  case finished(text: String, reason: String)
  /// The stream is over.
  case done
  /// The endpoint gives up.
  case error(EndpointComplaint)
  /// Not what the protocol has.
  case unintelligible

  /// Reads the data of an event.
  init(_ data: some Collection<UInt8>) {
    if data.elementsEqual("[DONE]".utf8) {
      self = .done
      return
    }
    guard let row = try? JSONObject.parse(data) else {
      self = .unintelligible
      return
    }
    self.init(row)
  }

  /// Reads an event, or the whole answer of an endpoint that does not stream.
  init(_ row: JSONObject) {
    if let complaint = EndpointComplaint(row) {
      self = .error(complaint)
    } else if let choices = row["choices"]?.array {
      // Without a choice it only counts tokens.
      self = choices.first.map { CompletionChunk(choice: $0) } ?? .text("")
    } else {
      self = .unintelligible
    }
  }

  private init(choice: JSONValue) {
    let text = (choice["delta"] ?? choice["message"])?["content"]?.string ?? ""
    if let reason = choice["finish_reason"]?.string {
      self = .finished(text: text, reason: reason)
    } else {
      self = .text(text)
    }
  }
}

/// What an endpoint says about why it does not answer.
struct EndpointComplaint: Equatable, Sendable {
  let message: String
  /// Such as `insufficient_quota`; empty when there is none.
  let code: String

  /// From the body of an answer, or an event; nil when it has no error in it.
  init?(_ row: JSONObject) {
    guard let error = row["error"], !error.isNull else { return nil }
    // Some give an object, some a sentence.
    message = error["message"]?.string ?? error.string ?? row["message"]?.string ?? ""
    code = error["code"]?.string ?? error["type"]?.string ?? ""
  }
}
