/// Text that is cut between characters, not within the bytes of one.
public enum BoundedText {
  /// The beginning of a text, as UTF-8 of at most so many bytes.
  public static func prefix(of text: String, bytes limit: Int) -> [UInt8] {
    var bytes = Array(text.utf8.prefix(limit))
    guard bytes.count < text.utf8.count else { return bytes }
    while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
    if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    return bytes
  }
}
