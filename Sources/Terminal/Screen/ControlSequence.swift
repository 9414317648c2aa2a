/// What a terminal is told, as xterm's ctlseqs and most other terminals have it.
enum ControlSequence {
  /// What is between the two appears at once, where the terminal knows of it.
  static let beginUpdate = "\u{1B}[?2026h"
  static let endUpdate = "\u{1B}[?2026l"
  static let showCursor = "\u{1B}[?25h"
  static let hideCursor = "\u{1B}[?25l"
  static let resetStyle = "\u{1B}[m"
  static let clearScreen = "\u{1B}[2J"
  static let clearToEndOfScreen = "\u{1B}[J"
  static let clearToEndOfLine = "\u{1B}[K"

  static func move(to position: Position) -> String {
    "\u{1B}[\(position.row + 1);\(position.column + 1)H"
  }

  static func up(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)A" : "" }
  static func right(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)C" : "" }
}
