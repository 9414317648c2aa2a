/// Text as cells can hold it.
public enum CellText {
  /// Columns of a tab, wherever it stands.
  public static let tabColumns = 4

  /// What is shown for a character: itself, spaces for a tab, and a picture of what would command a
  /// terminal; nothing for what has no width of its own.
  public static func shown(_ character: Character) -> String {
    if character == "\t" { return String(repeating: " ", count: tabColumns) }
    let safe = SafeText.line(String(character))
    return CellWidth.columns(of: safe) == 0 ? "" : safe
  }

  /// One line of text as it is shown.
  public static func shown(_ text: some StringProtocol) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    return isPlain ? String(text) : text.reduce(into: "") { $0 += shown($1) }
  }

  /// As much from the beginning as fits; `mark` stands for what does not.
  public static func clipped(_ text: String, to columns: Int, mark: String = "…") -> String {
    let text = shown(text)
    guard CellWidth.columns(of: text) > columns else { return text }
    let room = columns - CellWidth.columns(of: mark)
    guard room >= 0 else { return "" }
    return prefix(of: text, columns: room) + mark
  }

  private static func prefix(of text: String, columns: Int) -> String {
    var used = 0
    return String(
      text.prefix { character in
        used += CellWidth.columns(of: character)
        return used <= columns
      })
  }
}
