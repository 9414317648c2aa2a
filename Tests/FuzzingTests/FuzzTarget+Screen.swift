import Terminal

/// What a terminal sends, and what is shown on it.
extension FuzzTarget {
  /// Keys mean the same however the bytes are cut.
  static let input = FuzzTarget(name: "input") { bytes in
    var whole = InputDecoder()
    var events = whole.decode(bytes, at: 0)
    events += whole.expire(at: 1_000_000_000)
    var decoder = InputDecoder()
    var pieces = bytes.flatMap { decoder.decode(CollectionOfOne($0), at: 0) }
    pieces += decoder.expire(at: 1_000_000_000)
    try require(events == pieces, "cut into bytes it differs")
  }

  /// What is written grows to the same lines as what is there at once; nothing dangerous is shown.
  static let markdown = FuzzTarget(name: "markdown") { bytes in
    let text = SafeText.block(String(decoding: bytes, as: UTF8.self))
    let columns = 2 + Int(bytes.first ?? 0) % 100
    let renderer = MarkdownRenderer(theme: .dark, columns: columns)
    let lines = renderer.lines(text)
    for line in lines {
      let isSafe = line.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      try require(isSafe, "a control character is shown")
    }
    var stream = MarkdownStream(renderer)
    var grown: [StyledLine] = []
    let characters = Array(text)
    let cut = characters.count * (Int(bytes.last ?? 0) % 16) / 16
    for count in [cut, characters.count] {
      grown = stream.lines(of: String(characters[..<count]), renderer)
    }
    try require(grown == lines, "what grew looks different")
  }
}
