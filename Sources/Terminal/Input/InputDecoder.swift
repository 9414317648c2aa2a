/// Makes events of the bytes that a terminal sends.
///
/// The same bytes give the same events however they were cut into reads. What is no input is
/// swallowed to its end, however long it is. Only an escape character needs the time: alone it is
/// the Escape key, and whether it is alone shows when nothing has followed by `deadline`.
public struct InputDecoder: Sendable {
  /// Bytes of a paste that are kept; the rest is dropped.
  public static let pasteLimit = 1 << 20
  /// Nanoseconds after which what has not been finished is taken for what it is.
  public let patience: Int64

  /// When to call `expire`; nil when nothing is unfinished.
  public private(set) var deadline: Int64?

  var state = State.ground
  var events: [InputEvent] = []
  /// What has come of a paste.
  var pasted: [UInt8] = []

  /// What the next byte belongs to.
  enum State: Hashable {
    case ground
    /// The bytes of one scalar so far, and how many there will be.
    case scalar([UInt8], count: Int)
    case escape
    /// After `ESC O`, with parameters so far.
    case singleShift([UInt8])
    /// After `ESC [`, with what came so far.
    case control([UInt8])
    /// Of a control sequence that is too long to be one.
    case overlong
    /// A key of the Linux console: `ESC [ [`.
    case console
    /// The three bytes of an old mouse report.
    case oldMouse(left: Int)
    /// Text between a terminal and a program, to its terminator.
    case string(begunBy: UInt8, previous: UInt8?)
    /// A paste, and how much of its end has been seen.
    case paste(matched: Int)
  }

  /// - Parameter patience: nanoseconds; long enough for a slow line, short enough for a person.
  public init(patience: Int64 = 50_000_000) { self.patience = patience }

  /// The events that these bytes complete.
  ///
  /// - Parameter now: nanoseconds of `Clock.monotonic`.
  public mutating func decode(_ bytes: some Sequence<UInt8>, at now: Int64) -> [InputEvent] {
    for byte in bytes { state = next(byte) }
    deadline = state.mayExpire ? now.addingReportingOverflow(patience).partialValue : nil
    return takeEvents()
  }

  /// What is unfinished is taken for what it is, when its time is over.
  public mutating func expire(at now: Int64) -> [InputEvent] {
    guard let instant = deadline, now >= instant else { return [] }
    deadline = nil
    switch state {
    case .escape: emit(.escape)
    case .singleShift(let bytes) where bytes.isEmpty: emit(.character("o"), [.alt, .shift])
    case .control(let bytes) where bytes.isEmpty: emit(.character("["), .alt)
    case .scalar: emitText("\u{FFFD}")
    case .string(let first, nil): emit(.character(Character(Unicode.Scalar(first))), .alt)
    case .ground, .singleShift, .control, .overlong, .console, .oldMouse, .string, .paste: break
    }
    state = .ground
    return takeEvents()
  }

  private mutating func takeEvents() -> [InputEvent] {
    defer { events = [] }
    return events
  }

  mutating func emit(_ key: Key, _ modifiers: Modifiers = []) {
    events.append(.key(key, modifiers))
  }

  /// Control characters that come as text are dropped.
  mutating func emitText(_ scalar: Unicode.Scalar) {
    guard scalar.properties.generalCategory != .control else { return }
    events.append(.text(Character(scalar)))
  }
}

extension InputDecoder.State {
  /// A paste takes as long as it takes: cut off, its rest would be taken for typing.
  fileprivate var mayExpire: Bool {
    switch self {
    case .ground, .paste: false
    case .scalar, .escape, .singleShift, .control, .overlong, .console, .oldMouse, .string: true
    }
  }
}
