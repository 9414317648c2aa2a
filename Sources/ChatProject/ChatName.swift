internal import ChatStorage

/// The rules for what a person may call a chat.
public enum ChatName {
  /// Why a name cannot be taken; nil when it can.
  ///
  /// A name must be told apart from every other way to say which chat is meant, must fit on a line,
  /// and must be harmless as the name of a file.
  public static func objection(to name: String) -> String? {
    if name.isEmpty { return "a chat's name cannot be empty" }
    if name.count > 100 { return "a chat's name has at most 100 characters" }
    if name == "." || name == ".." { return "a chat cannot be named \(name)" }
    if name.contains("/") { return "a chat's name cannot contain a slash" }
    if name.unicodeScalars.contains(where: isControl) {
      return "a chat's name cannot contain control characters"
    }
    if name.first == " " || name.last == " " {
      return "a chat's name cannot begin or end with a space"
    }
    return looksLikeID(name) ? "the name \(name) would be taken for a chat's number or id" : nil
  }

  /// Whether two names mean the same chat.
  static func isSame(_ one: String, _ other: String) -> Bool {
    one.lowercased() == other.lowercased()
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate: true
    case _: false
    }
  }

  private static func looksLikeID(_ name: String) -> Bool {
    let lower = name.lowercased()
    let bare =
      [".chat-", ".coordinator-", "chat-", "coordinator-"]
      .first { lower.hasPrefix($0) }.map { lower.dropFirst($0.count) } ?? lower[...]
    let isNumber = !bare.isEmpty && bare.utf8.allSatisfy { (48...57).contains($0) }
    return isNumber || lower == ".coordinator" || SessionID(name) != nil
  }
}
