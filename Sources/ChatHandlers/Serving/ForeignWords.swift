internal import ChatStorage

/// What an agent or an endpoint says, as a part of a sentence for people.
enum ForeignWords {
  /// Bytes of it that a sentence has room for.
  static let limit = 300

  /// One line of at most so many bytes, in which nothing steers a terminal.
  static func line(_ text: String, bytes limit: Int = ForeignWords.limit) -> String {
    let clean = text.unicodeScalars.map { isBlank($0) ? " " : Character($0) }
    let joined = String(clean).split(separator: " ").joined(separator: " ")
    return String(decoding: BoundedText.prefix(of: joined, bytes: limit), as: UTF8.self)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format: true
    case _: scalar.properties.isWhitespace
    }
  }
}
