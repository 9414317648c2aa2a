/// The sequences with which a program takes a terminal and gives it back.
enum TerminalModes {
  private static let modes: [(TerminalFeatures, String, String)] = [
    (.ownScreen, "\u{1B}[?1049h", "\u{1B}[?1049l"),
    // Buttons, movement with a button held, and numbers beyond 223.
    (.mouse, "\u{1B}[?1002h\u{1B}[?1006h", "\u{1B}[?1006l\u{1B}[?1002l"),
    (.focus, "\u{1B}[?1004h", "\u{1B}[?1004l"),
    // Whoever pastes lines does not mean to send each.
    ([], "\u{1B}[?2004h", "\u{1B}[?2004l"),
  ]

  /// CAN: ends a sequence that was begun, without effect.
  static let cancel: UInt8 = 0x18

  static func entering(_ features: TerminalFeatures) -> String {
    modes.filter { features.isSuperset(of: $0.0) }.map(\.1).joined()
  }

  /// The cursor and the style too, whatever was being drawn; the screen last.
  static func leaving(_ features: TerminalFeatures) -> String {
    ControlSequence.endUpdate + ControlSequence.resetStyle + ControlSequence.showCursor
      + modes.reversed().filter { features.isSuperset(of: $0.0) }.map(\.2).joined()
  }
}
