/// How a cell looks.
public struct Style: Hashable, Sendable {
  public var foreground: Color
  public var background: Color
  public var attributes: Attributes

  public init(
    _ foreground: Color = .standard, on background: Color = .standard,
    _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// In the colours that the terminal's user has chosen.
  public init(attributes: Attributes) { self.init(.standard, on: .standard, attributes) }

  /// What the terminal's user has chosen.
  public static let plain = Style()

  /// This style, with what the other one says where it says something.
  public func overlaid(by other: Style) -> Style {
    Style(
      other.foreground == .standard ? foreground : other.foreground,
      on: other.background == .standard ? background : other.background,
      attributes.union(other.attributes))
  }
}

/// What is done to a character besides its colour.
public struct Attributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let bold = Attributes(rawValue: 1)
  public static let dim = Attributes(rawValue: 2)
  public static let italic = Attributes(rawValue: 4)
  public static let underline = Attributes(rawValue: 8)
  public static let inverse = Attributes(rawValue: 16)
  public static let strikethrough = Attributes(rawValue: 32)
}

/// A colour of a cell.
public enum Color: Hashable, Sendable {
  /// What the terminal's user has chosen.
  case standard
  /// One of the 16 that every terminal has and its user may choose, or of the 256 of xterm.
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)

  public static let black = Color.indexed(0)
  public static let red = Color.indexed(1)
  public static let green = Color.indexed(2)
  public static let yellow = Color.indexed(3)
  public static let blue = Color.indexed(4)
  public static let magenta = Color.indexed(5)
  public static let cyan = Color.indexed(6)
  public static let white = Color.indexed(7)
  public static let gray = Color.indexed(8)
  public static let brightWhite = Color.indexed(15)
}
