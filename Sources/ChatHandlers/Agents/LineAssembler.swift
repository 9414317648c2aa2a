/// Puts together the lines of a stream that arrives in pieces.
struct LineAssembler {
  /// The most bytes of a line: whoever sends more is not understood any more.
  static let limit = 8 << 20

  private var unfinished: [UInt8] = []
  /// A line went beyond the limit.
  private(set) var hasOverflowed = false

  /// The lines that end in these bytes, without their line feeds; empty lines are left out.
  mutating func lines(of bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      take(rest[..<end])
      if !unfinished.isEmpty, !hasOverflowed { lines.append(unfinished) }
      unfinished = []
      rest = rest[(end + 1)...]
    }
    take(rest)
    return lines
  }

  /// What came after the last line feed.
  mutating func lastLine() -> [UInt8]? {
    defer { unfinished = [] }
    return unfinished.isEmpty || hasOverflowed ? nil : unfinished
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    guard !hasOverflowed, unfinished.count + bytes.count <= LineAssembler.limit else {
      hasOverflowed = true
      unfinished = []
      return
    }
    unfinished += bytes
  }
}
