internal import LinuxSystem

/// The standard error of a program: passed on, and the last line of it kept for the cause, should
/// the program end.
struct LastWords {
  private static let limit = 300

  private var filter = TerminalFilter()
  private var unfinished: [UInt8] = []
  private var last: [UInt8] = []

  mutating func take(_ bytes: [UInt8]) {
    StandardStreams.write(.error, bytes)
    for byte in filter.text(of: bytes) {
      if byte != 0x0A {
        if unfinished.count < LastWords.limit { unfinished.append(byte) }
      } else {
        endLine()
      }
    }
  }

  /// The last line that says something.
  var line: String {
    let bytes = unfinished.contains { $0 > 0x20 } ? unfinished : last
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func endLine() {
    if unfinished.contains(where: { $0 > 0x20 }) { last = unfinished }
    unfinished = []
  }
}

/// What a program wrote where only lines of JSON are expected.
struct StrayOutput {
  private static let shownLines = 20
  private static let shownBytes = 200

  private var count = 0

  /// Logs the first of them.
  mutating func take(_ line: [UInt8]) {
    count += 1
    guard count <= StrayOutput.shownLines else { return }
    var filter = TerminalFilter()
    let text = filter.text(of: line.prefix(StrayOutput.shownBytes))
    StandardStreams.write(
      .error, "wg-handler: not JSON: \(String(decoding: text, as: UTF8.self))\n")
  }
}
