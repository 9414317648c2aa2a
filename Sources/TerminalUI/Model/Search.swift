internal import Terminal

/// A search in the conversation.
struct Search: Sendable {
  var field = Field("Search")
  /// The line that was found last.
  var match: TranscriptLine?
  /// Nothing was found yet, and older messages are being read for it.
  var isWaiting = false

  /// Lower case where it is ASCII, as the text that is looked through.
  var needle: [UInt8] { Search.folded(field.text) }

  static func folded(_ text: String) -> [UInt8] {
    text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  }

  /// Whether the text contains what is looked for; upper and lower case of ASCII are the same.
  static func contains(_ text: String, _ needle: [UInt8]) -> Bool {
    guard let first = needle.first else { return false }
    let bytes = folded(text)
    guard bytes.count >= needle.count else { return false }
    for start in 0...(bytes.count - needle.count) where bytes[start] == first {
      if bytes[start..<start + needle.count].elementsEqual(needle) { return true }
    }
    return false
  }
}

extension Transcript {
  /// The nearest line before or after a line that shows the text; nil where there is none among what
  /// was read.
  func line(
    showing needle: [UInt8], from start: TranscriptLine?, older: Bool, columns: Int
  ) -> TranscriptLine? {
    guard !needle.isEmpty else { return nil }
    let from = start ?? TranscriptLine(key: keys.upperBound, line: 0)
    let order =
      older
      ? Array((keys.lowerBound...max(keys.lowerBound, from.key)).reversed())
      : Array(min(from.key, keys.upperBound)..<keys.upperBound)
    for key in order {
      // The text first: laying it out costs more.
      guard let entry = entry(key), Search.contains(entry.text, needle) else { continue }
      let lines = lines(key, columns: columns)
      let found = lines.indices.filter { Search.contains(lines[$0].text, needle) }
        .map { TranscriptLine(key: key, line: $0) }
      if let line = older ? found.last(where: { $0 < from }) : found.first(where: { $0 > from }) {
        return line
      }
    }
    return nil
  }
}
