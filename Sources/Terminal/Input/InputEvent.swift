/// One thing that a person did at a terminal.
public enum InputEvent: Hashable, Sendable {
  /// A key that is no text by itself, or one that was held together with others.
  case key(Key, Modifiers)
  /// One Unicode scalar that was typed.
  ///
  /// What makes up one visible character may come as several events, at any distance; they become
  /// one where they are inserted.
  case text(Character)
  /// What was pasted, line ends as `\n`, without control characters, cut to
  /// `InputDecoder.pasteLimit`.
  case paste(String)
  case mouse(MouseEvent)
  /// Whether the terminal has the person's attention now.
  case focus(Bool)
}

/// A key by what is written on it.
public enum Key: Hashable, Sendable {
  /// In lower case, with control, alt or super; alone it is `InputEvent.text`.
  case character(Character)
  case enter, tab, backspace, escape
  case up, down, left, right
  case home, end, pageUp, pageDown, insert, delete
  /// F1 and so on.
  case function(Int)
}

/// Keys that were held; the bits are those of xterm's parameters, less one.
public struct Modifiers: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let shift = Modifiers(rawValue: 1)
  public static let alt = Modifiers(rawValue: 2)
  public static let control = Modifiers(rawValue: 4)
  public static let `super` = Modifiers(rawValue: 8)
}

/// Something that was done with the mouse.
public struct MouseEvent: Hashable, Sendable {
  public enum Button: Hashable, Sendable { case left, middle, right }

  public enum Action: Hashable, Sendable {
    case press(Button)
    case release(Button)
    /// Moved with the button held.
    case drag(Button)
    /// Moved without a button.
    case move
    case wheelUp, wheelDown
  }

  public let action: Action
  public let position: Position
  public let modifiers: Modifiers

  public init(_ action: Action, at position: Position, _ modifiers: Modifiers = []) {
    self.action = action
    self.position = position
    self.modifiers = modifiers
  }
}
