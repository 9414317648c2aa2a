internal import LinuxSystem

/// Text from files and sockets, made harmless for a terminal.
///
/// A name or an answer may hold escape sequences that retitle the window, hide text or answer on the
/// person's behalf. None gets through: control characters are shown, not sent.
public enum SafeText {
  /// On one line: newlines and tabs are shown too.
  public static func line(_ text: String) -> String {
    shown(text) { _ in false }
  }

  /// On several lines: newlines and tabs stay.
  public static func block(_ text: String) -> String {
    shown(text) { $0 == "\n" || $0 == "\t" }
  }

  private static func shown(_ text: String, keeping: (Unicode.Scalar) -> Bool) -> String {
    func isShown(_ scalar: Unicode.Scalar) -> Bool {
      PrintableText.isDangerous(scalar) && !keeping(scalar)
    }
    guard text.unicodeScalars.contains(where: isShown) else { return text }
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isShown(scalar) {
        output.append(contentsOf: picture(of: scalar).unicodeScalars)
      } else {
        output.append(scalar)
      }
    }
    return String(output)
  }

  /// The control picture where Unicode has one, else the number.
  private static func picture(of scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value).map(String.init) ?? "?"
    case 0x7F: "\u{2421}"
    case 0x80...0x9F: "\\x" + String(scalar.value, radix: 16)
    case _: "\\u{" + String(scalar.value, radix: 16) + "}"
    }
  }
}
