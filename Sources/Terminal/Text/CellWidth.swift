internal import CLinuxShims

/// How many columns of a terminal text takes.
///
/// By glibc's table, as wcwidth(3): it is kept up with Unicode, and terminals agree with it more than
/// with any other.
public enum CellWidth {
  /// 0, 1 or 2; 0 also for what no cell may hold, such as control characters.
  public static func columns(of character: Character) -> Int {
    if let ascii = character.asciiValue { return ascii >= 0x20 && ascii < 0x7F ? 1 : 0 }
    var sum = 0
    for scalar in character.unicodeScalars {
      // An emoji that is asked to look like one is wide, whatever its character is by itself.
      if scalar == "\u{FE0F}" { return 2 }
      sum += max(0, Int(wg_character_columns(scalar.value)))
    }
    // A family joined of three people is one picture.
    return min(2, sum)
  }

  public static func columns(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }
}
