import ControlProtocol
import JSONLines
import SupervisionDriver

@testable import ChatHandlers

/// What comes over sockets and pipes.
extension FuzzTarget {
  /// A stream means the same however it is cut, and a request the same after it was sent on.
  static let frames = FuzzTarget(name: "frames") { bytes in
    let whole = outcomes(bytes, step: max(1, bytes.count))
    let step = 1 + Int(bytes.first ?? 0) % 7
    try require(outcomes(bytes, step: step) == whole, "cut into pieces of \(step) it differs")
    for case .success(let value) in whole {
      guard let request = try? ControlRequest.decode(value) else { continue }
      if case .unsupported = request { continue }
      let again = try? ControlRequest.decode(request.json)
      try require(again == request, "\(request) is sent as \(String(describing: again))")
    }
  }

  private static func outcomes(_ bytes: [UInt8], step: Int) -> [Result<JSONValue, FrameError>] {
    var decoder = FrameDecoder(limit: 512)
    var outcomes: [Result<JSONValue, FrameError>] = []
    for start in stride(from: 0, to: bytes.count, by: step) {
      decoder.append(bytes[start..<min(start + step, bytes.count)])
      drain(&decoder, into: &outcomes)
    }
    return outcomes
  }

  private static func drain(
    _ decoder: inout FrameDecoder, into outcomes: inout [Result<JSONValue, FrameError>]
  ) {
    while true {
      do throws(FrameError) {
        guard let value = try decoder.next() else { return }
        outcomes.append(.success(value))
      } catch {
        if case .tooLong = error, outcomes.last == .failure(error) { return }
        outcomes.append(.failure(error))
        if case .tooLong = error { return }
      }
    }
  }

  /// What a handler says of itself is one printable line of bounded length.
  static let notify = FuzzTarget(name: "notify") { bytes in
    let message = NotifyMessage(bytes)
    _ = message.announcements
    guard let status = message.status else { return }
    try require(status.count <= NotifyMessage.statusLimit, "a status of \(status.count) characters")
    let isPrintable = status.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    try require(isPrintable, "a status with a control character")
  }

  /// What endpoints and agents write: a stream of events means the same however it is cut.
  static let agents = FuzzTarget(name: "agents") { bytes in
    var whole = EventStreamDecoder()
    let events = whole.take(bytes)
    var decoder = EventStreamDecoder()
    let pieces = bytes.flatMap { decoder.take(CollectionOfOne($0)) }
    try require(events == pieces, "cut into bytes it differs")
    for event in events { _ = CompletionChunk(event) }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let object = try? JSONObject.parse(line) else { continue }
      _ = (ACPMessage(object), ClaudeMessage(object), CodexEvent(object))
    }
  }
}
