/// The name of a task that is not a chat: what `id` in its row says.
public struct TaskID: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  public var description: String { text }

  /// Nil for what no task may be called: empty, longer than 200 bytes, with white space or control
  /// characters, with a slash, or with a leading dash or dot.
  ///
  /// Ids with a leading dot belong to chats and to other programs' own tasks.
  public init?(_ text: String) {
    guard (1...200).contains(text.utf8.count), let first = text.utf8.first,
      first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
      text.unicodeScalars.allSatisfy(Self.isAllowed)
    else { return nil }
    self.text = text
  }

  /// A short id made from a title: its words in lower case, joined by dashes.
  ///
  /// `isTaken` is asked until it says no: `tidy-up`, `tidy-up-2`, `tidy-up-3`, and so on.
  public static func make(fromTitle title: String, isTaken: (String) -> Bool) -> TaskID {
    let base = slug(title)
    var candidate = base
    var number = 2
    while isTaken(candidate) {
      candidate = "\(base)-\(number)"
      number += 1
    }
    return TaskID(unchecked: candidate)
  }

  private init(unchecked text: String) { self.text = text }

  private static let wordLimit = 6

  private static func slug(_ title: String) -> String {
    let words = title.lowercased().unicodeScalars.split { !isWord($0) }
    let slug = words.prefix(wordLimit).map { String(String.UnicodeScalarView($0)) }
      .joined(separator: "-").prefix(60)
    return slug.isEmpty ? "task" : String(slug)
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
      && scalar != "/"
  }
}
