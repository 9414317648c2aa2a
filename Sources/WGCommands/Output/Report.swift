internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import Terminal

/// What a command has to say: one value for people and for scripts, written once at the end.
struct Report {
  /// The whole document of `--json`; nil when the command has written its own output.
  var document: JSONValue?
  /// Standard output for people.
  ///
  /// Already safe for a terminal.
  var lines: [String]
  /// Standard error for people, each as `wg: …`.
  var notes: [String]
  /// Decides the exit status; for people it is printed after the lines.
  var failure: ControlError?

  /// An answer that is an object with `ok`.
  init(
    _ payload: JSONObject, lines: [String] = [], notes: [String] = [],
    failure: ControlError? = nil
  ) {
    let response = failure.map { ControlResponse.failed($0, payload: payload) } ?? .ok(payload)
    self.init(document: response.json, lines: lines, notes: notes, failure: failure)
  }

  init(
    document: JSONValue?, lines: [String] = [], notes: [String] = [],
    failure: ControlError? = nil
  ) {
    self.document = document
    self.lines = lines
    self.notes = notes
    self.failure = failure
  }

  /// The command wrote while it ran.
  static let written = Report(document: nil)
}

extension Report {
  /// Writes it and answers the exit status.
  func write(to console: Console, asJSON: Bool) -> Int32 {
    if asJSON {
      writeDocument(to: console)
    } else {
      writeText(to: console)
    }
    return failure.map { CommandStatus.of($0.code) } ?? CommandStatus.done
  }

  private func writeDocument(to console: Console) {
    guard let document else { return }
    let bytes = console.isTerminal(.output) ? document.encodedPretty() : document.encoded()
    console.write(.output, bytes + (bytes.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]))
  }

  private func writeText(to console: Console) {
    // A thousand chats are a thousand lines, and one write.
    if !lines.isEmpty { console.say(lines.joined(separator: "\n")) }
    for note in notes { console.note(note) }
    if let failure {
      console.note(failure.message)
      if let hint = failure.hint { console.remark(SafeText.block(hint)) }
    }
  }
}
