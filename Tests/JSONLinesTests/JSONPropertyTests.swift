import JSONLines
import Testing

@Suite struct JSONPropertyTests {
  @Test func `random values survive both encodings`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = RandomJSON(generator: SeededGenerator(seed: seed))
    for _ in 0..<500 {
      let text = random.text(depth: 0)
      let value = try JSONValue.parse(text)
      #expect(value.encoded() == Array(text.utf8), "seed \(seed)")
      let pretty = try JSONValue.parse(value.encodedPretty())
      #expect(pretty.encoded() == Array(text.utf8), "seed \(seed)")
    }
  }

  @Test func `damaged bytes are refused or read, and never end the process`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = RandomJSON(generator: SeededGenerator(seed: seed))
    for _ in 0..<1_000 {
      var bytes = Array(random.text(depth: 0).utf8)
      for _ in 0..<random.below(3) + 1 { random.damage(&bytes) }
      guard let value = try? JSONValue.parse(bytes) else { continue }
      #expect(try JSONValue.parse(value.encoded()) == value, "seed \(seed)")
    }
  }

  @Test func `every proper prefix of an object is refused`() throws {
    let text = #"{"id":1,"content":"a\n\u00e9 é \ud83d\ude00","n":[1.5e3,true,null],"o":{}}"#
    let bytes = Array(text.utf8)
    for count in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSONValue.parse(bytes.prefix(count)) }
    }
  }
}

/// Writes compact JSON with odd but valid spellings.
private struct RandomJSON {
  var generator: SeededGenerator

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  mutating func text(depth: Int) -> String {
    switch below(depth > 4 ? 4 : 7) {
    case 0: return ["null", "true", "false"][below(3)]
    case 1: return number()
    case 2, 3: return string()
    case 4: return "[" + list { $0.text(depth: depth + 1) } + "]"
    default: return "{" + list { $0.string() + ":" + $0.text(depth: depth + 1) } + "}"
    }
  }

  private mutating func list(_ element: (inout RandomJSON) -> String) -> String {
    (0..<below(5)).map { _ in element(&self) }.joined(separator: ",")
  }

  private mutating func number() -> String {
    let sign = below(3) == 0 ? "-" : ""
    let whole = below(4) == 0 ? "0" : "\(below(9) + 1)" + digits(below(25))
    let fraction = below(3) == 0 ? "." + digits(below(9) + 1) : ""
    let exponent = below(4) == 0 ? ["e", "E", "e+", "E-"][below(4)] + digits(below(3) + 1) : ""
    return sign + whole + fraction + exponent
  }

  private mutating func digits(_ count: Int) -> String {
    (0..<count).map { _ in "\(below(10))" }.joined()
  }

  private mutating func string() -> String {
    let pieces = [
      "a", "é", "e\u{301}", "日本", "😀", " ", "\u{7F}", "\u{2028}", #"\n"#, #"\""#, #"\\"#, #"\/"#,
      #"\b"#, #"\u0000"#, #"\u001F"#, #"\u00e9"#, #"\uD83D\uDE00"#, #"\ud83d"#, #"\uDE00"#, "{",
      "]",
    ]
    return "\"" + (0..<below(8)).map { _ in pieces[below(pieces.count)] }.joined() + "\""
  }

  mutating func damage(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let place = below(bytes.count)
    switch below(3) {
    case 0: bytes[place] = UInt8(below(256))
    case 1: bytes.remove(at: place)
    default: bytes.insert(UInt8(below(256)), at: place)
    }
  }
}
