import JSONLines
import SystemPackage
import TestSupport
import Testing

@testable import ChatHandlers

/// What is read of an answer, and what is sent again: values, without an endpoint.
@Suite struct CompletionTests {
  private static let stream =
    ": comment\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"on\"}}]}\r\n\r\n"
    + "event: x\ndata:{\"choices\":[{\"delta\":\ndata: {\"content\":\"e ä\"}}]}\n\n"
    + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\rdata: [DONE]\n\n"

  private func text(of pieces: [some Collection<UInt8>], limit: Int = 1000) -> CompletionText {
    var text = CompletionText(limit: limit)
    for piece in pieces { text.take(Array(piece)) }
    text.end()
    return text
  }

  @Test func `a stream says the same wherever it is cut`() {
    let bytes = Array(Self.stream.utf8)
    for first in 0...bytes.count {
      for second in stride(from: first, through: bytes.count, by: 7) {
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        let text = text(of: pieces)
        #expect(text.text == "one ä" && text.isDone && text.finishReason == "stop")
        #expect(text.trouble == nil)
      }
    }
    let single = self.text(of: bytes.map { [$0] })
    #expect(single.text == "one ä" && single.isDone)
  }

  @Test func `an event that never ends is given up`() {
    var decoder = EventStreamDecoder()
    let part = [UInt8](repeating: 0x78, count: 1 << 16)
    for _ in 0..<32 { #expect(decoder.take(part).isEmpty) }
    #expect(decoder.isOverlong)
  }

  @Test(arguments: [
    ("[DONE]", CompletionChunk.done), ("{", .unintelligible), ("3", .unintelligible),
    (#"{"choices":[]}"#, .text("")), (#"{"choices":[{}]}"#, .text("")),
    (#"{"choices":[{"delta":{"content":null}}]}"#, .text("")),
    (#"{"choices":[{"delta":{"content":"x"},"finish_reason":null}]}"#, .text("x")),
    (
      #"{"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}"#,
      .finished(text: "x", reason: "stop")
    ),
    (#"{"object":"error","message":"no"}"#, .unintelligible),
  ])
  func `an event is understood`(data: String, chunk: CompletionChunk) {
    #expect(CompletionChunk(data.utf8) == chunk)
  }

  @Test(arguments: [
    (#"{"error":{"message":"no","code":"c"}}"#, "no", "c"),
    (#"{"error":{"message":"no","type":"t"}}"#, "no", "t"), (#"{"error":"no"}"#, "no", ""),
    (#"{"error":true,"message":"no"}"#, "no", ""), (#"{"error":{}}"#, "", ""),
  ])
  func `a complaint is found in each of its forms`(row: String, message: String, code: String)
    throws
  {
    let complaint = try #require(EndpointComplaint(try JSONObject.parse(row.utf8)))
    #expect(complaint.message == message && complaint.code == code)
  }

  @Test func `a text is cut at its limit, between characters`() {
    let text = text(of: [Self.stream.utf8], limit: 5)
    #expect(text.text == "one " && text.wasCut && text.isOver)
  }

  @Test(arguments: [
    ("http://h", "http://h/chat/completions", false),
    ("https://h:8/v1/", "https://h:8/v1/chat/completions", false),
    ("http://[::1]:8/v1", "http://[::1]:8/v1/chat/completions", true),
    ("http://127.0.0.2/v1?a=b", "http://127.0.0.2/v1/chat/completions?a=b", true),
    ("http://LocalHost/chat/completions", "http://LocalHost/chat/completions", true),
    ("http://127.0.0.1.example.org", "http://127.0.0.1.example.org/chat/completions", false),
  ])
  func `an endpoint is where it is said to be`(text: String, url: String, isLoopback: Bool) throws {
    let endpoint = try Endpoint(text)
    #expect(endpoint.url == url)
    #expect(endpoint.isLoopback == isLoopback)
  }

  @Test(arguments: [
    "", "h", "ftp://h", "http://", "http://:8/", "http://a b", "http://u@h", "http://h#x",
  ])
  func `what is no endpoint is refused`(text: String) {
    #expect(throws: UsageError.self) { try Endpoint(text) }
  }

  @Test func `pauses double, vary by a quarter, and end`() {
    for chance in [0, 0.5, 1] {
      var policy = RetryPolicy(retries: 9)
      let pauses = (0..<10).map { _ in
        policy.pause(asked: nil, remaining: .max, chance: chance).map { $0 / 1_000_000 }
      }
      let factor = Int64(100 * (0.75 + chance / 2))
      let expected = [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000].map {
        Int64($0) * factor / 100
      }
      #expect(pauses == expected + [nil])
    }
  }

  @Test func `what the endpoint asks for is kept, unless the answer would be too late`() {
    var policy = RetryPolicy(retries: 3)
    #expect(policy.pause(asked: 7_000_000_000, remaining: .max, chance: 0) == 7_000_000_000)
    #expect(policy.pause(asked: 7_000_000_000, remaining: 7_000_000_000, chance: 0) == nil)
    #expect(policy.pause(asked: 1, remaining: .max, chance: 0) == 750_000_000)
  }

  @Test func `an answer is whole when the model was done, though nobody ended the stream`() {
    let settings = OpenAISettings()
    var turn = CompletionTurn(settings, EndpointJudge(model: "m", key: nil), at: 0)
    let data = #"data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}"# + "\n\n"
    _ = turn.handle(.received(Array(data.utf8), status: 200), at: 1, chance: 0)
    #expect(turn.phase == .asking)
    #expect(turn.handle(.timePassed, at: 2, chance: 0) == nil)
    #expect(turn.handle(.timePassed, at: settings.stallTimeout + 1, chance: 0) == .cancel)
    #expect(turn.phase == .over(.answered(Answer(content: "x"))))
  }

  @Test func `what follows the end of the model's answer does not spoil it`() {
    let done = #"data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}"# + "\n\n"
    let garbled = text(of: [(done + "data: {\n\n").utf8])
    #expect(garbled.isComplete && garbled.text == "x")
    let endless = text(of: [done.utf8, String(repeating: "y", count: 2 << 20).utf8])
    #expect(endless.isComplete && endless.text == "x" && endless.isOver)
  }

  @Test func `no part of a key is told, wherever a text is cut`() throws {
    let folder = try TemporaryDirectory()
    let key = try EndpointKey.read(try folder.write("key", "ZQ-of-ours", mode: 0o600))
    for length in 60..<90 {
      let said = String(repeating: "x", count: length) + " \(key.text)"
      for body in ["data: \(said)\n\n", "{\(said)"] {
        var turn = CompletionTurn(OpenAISettings(), EndpointJudge(model: "m", key: key), at: 0)
        _ = turn.handle(.received(Array(body.utf8), status: 200), at: 1, chance: 0)
        _ = turn.handle(.ended(HTTPClient.End(status: 200)), at: 1, chance: 0)
        guard case .over(.failed(let failure)) = turn.phase else {
          Issue.record("\(turn.phase)")
          continue
        }
        #expect(failure.cause.contains("xxx") && !failure.cause.contains("Z"), "\(failure.cause)")
      }
    }
  }

  @Test func `history keeps the newest exchanges that fit, whole`() {
    var history = ChatHistory(limit: 10)
    for name in ["aa", "bb", "cc"] { history.add(.init(question: name, answer: name)) }
    #expect(history.exchanges.map(\.question) == ["bb", "cc"])
    #expect(history.size == 8)
    history.add(.init(question: "too long", answer: "for that"))
    #expect(history.exchanges.isEmpty && history.size == 0)
  }

  @Test func `a key is taken out of every text`() throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("key", " abc\n", mode: 0o600)
    let key = try EndpointKey.read(file)
    #expect(key.text == "abc")
    #expect(key.removed(from: "abc, xabcabc") == "[key], x[key][key]")
    let open = try folder.write("open", "abc", mode: 0o604)
    #expect(throws: UsageError.self) { try EndpointKey.read(open) }
    for (number, content) in ["", "a b", "a\u{7}b", String(repeating: "x", count: 9000)]
      .enumerated()
    {
      let bad = try folder.write("bad-\(number)", content, mode: 0o600)
      #expect(throws: UsageError.self, "\(number)") { try EndpointKey.read(bad) }
    }
    #expect(throws: UsageError.self) { try EndpointKey.read(folder.path) }
  }
}
