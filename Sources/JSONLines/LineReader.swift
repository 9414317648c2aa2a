internal import Glibc
public import LinuxSystem
public import SystemPackage

/// Streams the lines of a file from an offset on, holding one buffer whatever the size of the file.
///
/// The buffer grows to the longest line met, at most to the limit; a longer line is passed over and
/// reported as too long. Reads with `pread(2)`, so the descriptor's own offset does not move.
public struct LineReader {
  /// Bytes a line may have unless told otherwise.
  public static let defaultLimit = 16 << 20
  /// Bytes asked of the kernel at once unless told otherwise.
  public static let defaultChunk = 64 << 10

  private let descriptor: Descriptor
  private let limit: Int
  private var buffer: [UInt8]
  /// The first byte of the buffer not given out yet.
  private var start = 0
  /// The first byte of the buffer not yet searched for a newline.
  private var searched = 0
  /// The end of what was read into the buffer.
  private var filled = 0
  /// The place in the file of `buffer[filled]`.
  private var position: Int64
  private let origin: Int64
  private var linesGiven = 0
  /// The bytes of a line beyond the limit that were dropped so far.
  private var dropped: Int64 = 0
  /// The kernel had less than it was asked for: the end, unless something is appended.
  private var hasMetEnd = false

  /// Starts at `offset`, which should be the start of a line.
  ///
  /// Shares the descriptor.
  public init(
    _ descriptor: Descriptor, from offset: Int64 = 0, limit: Int = defaultLimit,
    chunk: Int = defaultChunk
  ) {
    self.descriptor = descriptor
    self.limit = max(limit, 1)
    buffer = [UInt8](repeating: 0, count: min(max(chunk, 1), self.limit + 1))
    position = offset
    origin = offset
  }

  /// The next complete line; nil at the end of the file.
  ///
  /// Blocks for the disk.
  ///
  /// After the end it may be called again: it goes on with what was appended meanwhile.
  public mutating func next() throws(Errno) -> Line? {
    while true {
      if let newline = findNewline() { return take(upTo: newline) }
      try makeRoom()
      if hasMetEnd {
        hasMetEnd = false
        return nil
      }
      if try fill() == 0 { return nil }
    }
  }

  /// Bytes before what was not given out: right after the last complete line.
  public var endOffset: Int64 { position - Int64(filled - start) - dropped }

  /// How many bytes were asked of the kernel and given by it so far.
  public var bytesRead: Int64 { position - origin }

  /// After the end: something follows the last newline.
  public var tornTail: Bool { filled > start || dropped > 0 }

  /// After the end: what follows the last newline, or nil.
  public var tail: Line? {
    guard tornTail else { return nil }
    return line(start..<filled, isTerminated: false)
  }

  private mutating func findNewline() -> Int? {
    let (from, to) = (searched, filled)
    searched = to
    guard to > from else { return nil }
    return buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = memchr(base + from, 0x0A, to - from)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  private mutating func take(upTo newline: Int) -> Line {
    linesGiven += 1
    let line = line(start..<newline, isTerminated: true)
    start = newline + 1
    searched = start
    dropped = 0
    return line
  }

  private func line(_ range: Range<Int>, isTerminated: Bool) -> Line {
    let isTooLong = dropped > 0 || range.count > limit
    return Line(
      offset: endOffset, number: isTerminated ? linesGiven : linesGiven + 1,
      bytes: isTooLong ? [] : buffer[range],
      length: dropped + Int64(range.count) + (isTerminated ? 1 : 0),
      isTerminated: isTerminated, isTooLong: isTooLong)
  }

  /// Moves the unfinished line to the front, and grows the buffer or drops the line when it fills it.
  private mutating func makeRoom() throws(Errno) {
    if start > 0 { moveToFront() }
    guard filled == buffer.count else { return }
    if dropped > 0 || filled > limit {
      dropped += Int64(filled)
      filled = 0
      searched = 0
    } else {
      let growth = min(buffer.count, limit + 1 - buffer.count)
      buffer += [UInt8](repeating: 0, count: growth)
    }
  }

  private mutating func moveToFront() {
    let (from, count) = (start, filled - start)
    buffer.withUnsafeMutableBytes { bytes in
      if let base = bytes.baseAddress { _ = memmove(base, base + from, count) }
    }
    searched -= start
    start = 0
    filled = count
  }

  private mutating func fill() throws(Errno) -> Int {
    let (from, offset, number) = (filled, position, descriptor.rawValue)
    let count = try systemCall {
      buffer.withUnsafeMutableBytes { bytes in
        pread(number, bytes.baseAddress.map { $0 + from }, bytes.count - from, off_t(offset))
      }
    }
    hasMetEnd = count > 0 && count < buffer.count - from
    filled += count
    position += Int64(count)
    return count
  }
}
