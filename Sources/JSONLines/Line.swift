/// One line of a file.
public struct Line: Equatable, Sendable {
  /// Bytes before the line.
  public let offset: Int64
  /// Counted from 1 at the place where reading began, in the direction of reading.
  public let number: Int
  /// Without the newline.
  ///
  /// Empty when the line is too long.
  ///
  /// Shares the reader's buffer: keep it and the reader has to copy its buffer at the next refill.
  public let bytes: ArraySlice<UInt8>
  /// All its bytes in the file, the newline included.
  public let length: Int64
  /// False for what stands after the last newline of the file.
  public let isTerminated: Bool
  /// The line is longer than the reader's limit.
  public let isTooLong: Bool

  /// Bytes before the line that follows.
  public var endOffset: Int64 { offset + length }

  /// Nothing but white space.
  public var isBlank: Bool {
    !isTooLong && bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }
}
