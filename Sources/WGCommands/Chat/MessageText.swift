internal import ControlProtocol

/// The text of a message, from the command line or from standard input.
enum MessageText {
  /// Larger ones are refused whole: half a message is worse than none.
  static let limit = 1 << 20

  /// - Parameter argument: `-` reads standard input and drops its last newline.
  static func read(_ argument: String, from console: Console) throws -> String {
    let text = argument == "-" ? try standardInput(console) : argument
    if text.isEmpty { throw ControlError(.usage, "the message is empty") }
    try checkSize(text, otherwise: .usage)
    return text
  }

  /// - Throws: an error of the given code when the text is too long for a message.
  static func checkSize(
    _ text: String, otherwise code: ControlError.Code
  ) throws(ControlError) {
    if text.utf8.count > limit { throw tooLong(code) }
  }

  static func tooLong(_ code: ControlError.Code) -> ControlError {
    ControlError(
      code, "the message is longer than 1 MiB",
      hint: "put it into a file and name the file in the message")
  }

  private static func standardInput(_ console: Console) throws -> String {
    let bytes = try console.readAll()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ControlError(.badData, "standard input is not UTF-8")
    }
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
