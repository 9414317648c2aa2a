internal import TimeSpans

/// Numbers as settings spell them, and their bounds in words.
enum Amounts {
  /// Powers of 1024, as in systemd.resource-control(5).
  static func size(_ text: String) throws(Refusal) -> Int64 {
    if text.hasSuffix("%") {
      throw Refusal("`\(text)` is a share of something; write bytes, such as \"512M\"")
    }
    let shifts: [Character: Int64] = ["K": 10, "M": 20, "G": 30, "T": 40]
    guard let shift = text.last.flatMap({ shifts[$0] }) else { return try whole(text[...], text) }
    let number = try whole(text.dropLast(), text)
    guard number <= Int64.max >> shift else { throw Refusal("`\(text)` is too much") }
    return number << shift
  }

  static func whole(_ digits: Substring, _ text: String) throws(Refusal) -> Int64 {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw Refusal(
        "`\(text)` is no whole number, nor one with K, M, G or T where bytes are meant,"
          + " nor \"infinity\"")
    }
    guard let number = Int64(digits), number < Int64.max else {
      throw Refusal("`\(text)` is too much")
    }
    return number
  }

  static func spans(_ range: ClosedRange<Int64>, _ isEndless: Bool) -> String {
    understood(
      TimeSpan(nanoseconds: range.lowerBound).description,
      TimeSpan(nanoseconds: range.upperBound).description, isEndless)
  }

  static func counts(_ range: ClosedRange<Int64>, _ isEndless: Bool) -> String {
    understood("\(range.lowerBound)", "\(range.upperBound)", isEndless)
  }

  private static func understood(_ least: String, _ most: String, _ isEndless: Bool) -> String {
    "\(least) to \(most)" + (isEndless ? " or \"infinity\"" : "") + " is understood"
  }
}
