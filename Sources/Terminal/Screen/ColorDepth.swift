/// How many colours a terminal has, or shall be given.
public enum ColorDepth: Hashable, Sendable {
  /// Bold and the like, and no colours.
  case none
  case sixteen
  case palette
  case full

  /// By `NO_COLOR`, `COLORTERM` and `TERM`.
  public init(environment: [String: String]) {
    let terminal = environment["TERM"] ?? ""
    if let wish = environment["NO_COLOR"], !wish.isEmpty {
      self = .none
    } else if terminal.isEmpty || terminal == "dumb" || terminal.hasPrefix("vt1") {
      self = .none
    } else if ["truecolor", "24bit"].contains(environment["COLORTERM"]) {
      self = .full
    } else {
      self = terminal.contains("256color") || terminal.contains("direct") ? .palette : .sixteen
    }
  }
}

extension ColorDepth {
  /// The sequence that changes one style into any other, from whatever it was.
  func sequence(for style: Style) -> String {
    var codes = ["0"]
    let attributes: [(Attributes, String)] = [
      (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.inverse, "7"),
      (.strikethrough, "9"),
    ]
    codes += attributes.filter { style.attributes.contains($0.0) }.map(\.1)
    codes += code(for: style.foreground, base: 30) + code(for: style.background, base: 40)
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }

  private func code(for color: Color, base: Int) -> [String] {
    switch (reduced(color), self) {
    case (.standard, _), (_, .none): []
    case (.indexed(let index), _) where index < 8: ["\(base + Int(index))"]
    case (.indexed(let index), _) where index < 16: ["\(base + 52 + Int(index))"]
    case (.indexed(let index), _): ["\(base + 8)", "5", "\(index)"]
    case (.rgb(let red, let green, let blue), _):
      ["\(base + 8)", "2", "\(red)", "\(green)", "\(blue)"]
    }
  }

  /// The nearest colour that there is.
  private func reduced(_ color: Color) -> Color {
    switch (color, self) {
    case (.rgb(let red, let green, let blue), .palette): Self.cube(red, green, blue)
    case (.rgb(let red, let green, let blue), .sixteen): Self.basic(red, green, blue)
    case (.indexed(let index), .sixteen) where index >= 16: Self.basic(index)
    case _: color
    }
  }

  /// The levels of xterm's cube of 6 by 6 by 6 colours.
  private static let levels: [Int] = [0, 95, 135, 175, 215, 255]

  private static func cube(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Color {
    let parts = [red, green, blue].map { value in
      levels.indices.min { abs(levels[$0] - Int(value)) < abs(levels[$1] - Int(value)) } ?? 0
    }
    return .indexed(UInt8(16 + parts.reduce(0) { $0 * 6 + $1 }))
  }

  private static func basic(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Color {
    let highest = max(red, green, blue)
    guard highest >= 64 else { return .black }
    let bits = [red, green, blue].enumerated().reduce(0) { sum, part in
      Int(part.element) * 2 > Int(highest) ? sum | 1 << part.offset : sum
    }
    return .indexed(UInt8(bits + (highest > 192 ? 8 : 0)))
  }

  private static func basic(_ index: UInt8) -> Color {
    guard index < 232 else {
      let level = (index - 232) * 10 + 8
      return basic(level, level, level)
    }
    let place = Int(index) - 16
    return basic(
      UInt8(levels[place / 36]), UInt8(levels[place / 6 % 6]), UInt8(levels[place % 6]))
  }
}
