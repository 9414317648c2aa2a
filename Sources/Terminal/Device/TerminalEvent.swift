public import LinuxSystem

/// Something that happened at a terminal.
public enum TerminalEvent: Hashable, Sendable {
  case input(InputEvent)
  case resized(Size)
  /// The process was stopped and goes on: what is on the screen is not known.
  case resumed
  /// A signal wants the process to end: give the terminal back, then `TerminalDevice.end(by:)`.
  case ended(Signal)
  /// The terminal is gone.
  case closed
}
