/// A string with its content and, where it matters, the way it was spelled.
///
/// Equal are strings of the same content, byte for byte in UTF-8. Two spellings that stand for no
/// proper text (a surrogate without its partner) are equal only when they are spelled alike.
public struct JSONString: Equatable, Sendable {
  /// What the string says.
  ///
  /// A surrogate without its partner reads as U+FFFD.
  public let content: String

  /// Nil when a new string of this content would be spelled the same: the usual case, kept small.
  private let original: Original?

  private final class Original: Sendable {
    let spelling: String
    let isProperText: Bool

    init(spelling: String, isProperText: Bool) {
      self.spelling = spelling
      self.isProperText = isProperText
    }
  }

  /// A new string; what JSON requires to be escaped is escaped, nothing else.
  public init(_ content: String) {
    self.content = content
    original = nil
  }

  /// A string that was read in another spelling than a new one would get.
  init(_ content: String, spelling: String, isProperText: Bool) {
    self.content = content
    original = Original(spelling: spelling, isProperText: isProperText)
  }

  /// What stood between the quotes, when it is not what a new string would get.
  var spelling: String? { original?.spelling }

  public static func == (left: JSONString, right: JSONString) -> Bool {
    left.says(right.content) && left.improperSpelling == right.improperSpelling
  }

  /// Whether the content is this text, byte for byte: `é` composed and decomposed are different keys,
  /// though Swift's own comparison calls them equal.
  func says(_ text: String) -> Bool {
    // Most keys of an object differ in length, which is known, and most others in Swift's eyes too, which
    // compares short strings at once; going through the bytes is slow.
    content.utf8.count == text.utf8.count && content == text
      && content.utf8.elementsEqual(text.utf8)
  }

  private var improperSpelling: String? {
    guard let original, !original.isProperText else { return nil }
    return original.spelling
  }
}
