public import JSONLines

/// Why bytes on the control socket are no message.
public enum FrameError: Error, Equatable, Sendable {
  /// A line is longer than the limit.
  ///
  /// What follows cannot be told apart any more: close the connection.
  case tooLong(limit: Int)
  /// A line is not UTF-8.
  ///
  /// Lines after it can still be read.
  case notUTF8
  /// A line is not one JSON value.
  ///
  /// Lines after it can still be read.
  case notJSON(offset: Int, reason: String)

  /// The same as an answer for the other side.
  public var controlError: ControlError {
    switch self {
    case .tooLong(let limit):
      ControlError(.badData, "Invalid request: longer than \(limit) bytes")
    case .notUTF8:
      ControlError(.badData, "Invalid request: not UTF-8")
    case .notJSON(let offset, let reason):
      ControlError(.badData, "Invalid request: \(reason) at byte \(offset)")
    }
  }
}

/// Cuts a stream of bytes into newline-delimited JSON values.
///
/// It remembers how far it has looked for a newline, so that a message that arrives byte by byte
/// costs no more than one that arrives at once.
public struct FrameDecoder: Sendable {
  /// The largest frame, without its newline, in bytes.
  public static let defaultLimit = 1 << 20

  private let limit: Int
  private var buffer: [UInt8] = []
  /// Where the first frame not yet handed out begins.
  private var start = 0
  /// Up to here there is no newline after `start`.
  private var searched = 0
  private var isBroken = false

  public init(limit: Int = FrameDecoder.defaultLimit) {
    self.limit = limit
  }

  /// Bytes that are kept because their frame is not complete.
  public var pendingCount: Int { buffer.count - start }

  /// The same bytes, for another decoder to go on with.
  public var pendingBytes: [UInt8] { Array(buffer[start...]) }

  /// Takes bytes as they came.
  ///
  /// Ignored after `tooLong`.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    guard !isBroken else { return }
    dropConsumed()
    buffer.append(contentsOf: bytes)
  }

  /// The next value, or nil when more bytes are needed.
  ///
  /// Empty lines are skipped.
  ///
  /// After `notUTF8` and `notJSON` the bad line is gone and the next call goes on behind it;
  /// `tooLong` is thrown again by every later call.
  public mutating func next() throws(FrameError) -> JSONValue? {
    while let line = try nextLine() {
      if line.allSatisfy(Self.isBlank) { continue }
      return try Self.parse(line)
    }
    return nil
  }

  private mutating func nextLine() throws(FrameError) -> ArraySlice<UInt8>? {
    guard !isBroken else { throw .tooLong(limit: limit) }
    let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n"))
    let end = newline ?? buffer.count
    guard end - start <= limit else { throw giveUp() }
    guard let newline else {
      searched = buffer.count
      return nil
    }
    defer {
      start = newline + 1
      searched = start
    }
    return buffer[start..<newline]
  }

  private mutating func giveUp() -> FrameError {
    isBroken = true
    buffer = []
    start = 0
    searched = 0
    return .tooLong(limit: limit)
  }

  private mutating func dropConsumed() {
    guard start > 0 else { return }
    if start == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity <= 64 * 1024)
    } else {
      buffer.removeFirst(start)
    }
    searched -= start
    start = 0
  }

  private static func parse(_ line: ArraySlice<UInt8>) throws(FrameError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue.parse(line)
    } catch {
      guard String(validating: line, as: UTF8.self) != nil else { throw .notUTF8 }
      throw .notJSON(offset: error.offset, reason: error.reason)
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}

/// One message as the bytes that go over the socket.
public enum Frame {
  /// The value on one line, with its newline.
  public static func encode(_ value: JSONValue) -> [UInt8] {
    value.encoded() + [UInt8(ascii: "\n")]
  }
}
