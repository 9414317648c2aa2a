public import LinuxSystem
public import SystemPackage

/// Gives the lines of a file from the last to the first, reading no more of it than is asked for.
///
/// The first line may be one without a newline (`isTerminated` is false). Lines are numbered from 1 at
/// the end. Bytes that are appended while it reads are not seen.
public struct BackwardLineReader {
  private let descriptor: Descriptor
  private let limit: Int
  private let chunk: Int
  /// Bytes of the file from `start` on, up to the end of the next line to give out.
  private var buffer: [UInt8] = []
  private var start: Int64
  private var linesGiven = 0
  /// The bytes of a line beyond the limit that were dropped so far.
  private var dropped: Int64 = 0

  /// Starts at the end of the file as it is now, or at `end`.
  ///
  /// Shares the descriptor.
  public init(
    _ descriptor: Descriptor, end: Int64? = nil, limit: Int = LineReader.defaultLimit,
    chunk: Int = 4 << 10
  ) throws(Errno) {
    self.descriptor = descriptor
    self.limit = max(limit, 1)
    self.chunk = max(chunk, 1)
    if let end { start = end } else { start = try descriptor.status().size }
  }

  /// The line before the last one given; nil at the beginning of the file.
  ///
  /// Blocks for the disk.
  public mutating func next() throws(Errno) -> Line? {
    let isTerminated = try takeNewline()
    if !isTerminated { guard try hasMore() else { return nil } }
    linesGiven += 1
    let newline = try findNewline()
    let first = newline.map { $0 + 1 } ?? 0
    // A copy, so that taking the line off the buffer does not copy the rest of the buffer.
    let bytes = Array(buffer[first...])
    let line = Line(
      offset: start + Int64(first), number: linesGiven,
      bytes: dropped > 0 || bytes.count > limit ? [] : bytes[...],
      length: dropped + Int64(bytes.count) + (isTerminated ? 1 : 0),
      isTerminated: isTerminated, isTooLong: dropped > 0 || bytes.count > limit)
    buffer.removeSubrange(first...)
    dropped = 0
    return line
  }

  /// Takes the newline that ends the next line, which the last byte of an intact file is.
  private mutating func takeNewline() throws(Errno) -> Bool {
    guard try hasMore(), buffer.last == 0x0A else { return false }
    buffer.removeLast()
    return true
  }

  private mutating func hasMore() throws(Errno) -> Bool {
    if buffer.isEmpty { try extend() }
    return !buffer.isEmpty
  }

  /// The place in the buffer of the newline before the next line; nil when it is the file's first.
  private mutating func findNewline() throws(Errno) -> Int? {
    var unsearched = buffer.count
    while true {
      if let found = buffer[..<unsearched].lastIndex(of: 0x0A) { return found }
      if buffer.count > limit {
        dropped += Int64(buffer.count)
        buffer = []
      }
      unsearched = try extend()
      if unsearched == 0 { return nil }
    }
  }

  /// Reads the bytes before those in the buffer; answers how many.
  @discardableResult
  private mutating func extend() throws(Errno) -> Int {
    // Larger steps for a long line: the cost of moving its bytes stays proportional to its length.
    let wanted = Int(min(Int64(max(chunk, buffer.count)), start))
    guard wanted > 0 else { return 0 }
    let bytes = try descriptor.read(at: start - Int64(wanted), count: wanted)
    // Fewer only if the file was cut meanwhile: then there is nothing sensible before it.
    guard bytes.count == wanted else {
      start = 0
      return 0
    }
    start -= Int64(wanted)
    buffer = bytes + buffer
    return wanted
  }
}
