/// Text from files and programs, made so that it neither forges lines nor drives a terminal.
public enum PrintableText {
  /// One line, with each dangerous character spelled as `\xNN` or `\u{NNNN}`.
  public static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isDangerous) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isDangerous(scalar) {
        result += spelling(of: scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func spelling(of scalar: Unicode.Scalar) -> String {
    let number = String(scalar.value, radix: 16)
    if scalar.value > 0xff { return "\\u{\(number)}" }
    return "\\x" + (scalar.value < 16 ? "0" : "") + number
  }

  /// Control characters of both sets, and the marks that end a line or turn the direction of writing.
  public static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1f, 0x7f...0x9f, 0x061c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    case _: false
    }
  }
}
