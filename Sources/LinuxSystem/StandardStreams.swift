internal import Glibc
public import SystemPackage

/// Standard output and standard error.
public enum StandardStreams {
  public enum Stream: Int32, Sendable {
    case output = 1
    case error = 2
  }

  /// Writes all of the text; blocks while there is no room.
  ///
  /// False when nobody can read it any more, or the stream is closed or full: a program must not
  /// die of what it could not say.
  @discardableResult
  public static func write(_ stream: Stream, _ text: String) -> Bool {
    write(stream, Array(text.utf8))
  }

  /// The same for bytes.
  @discardableResult
  public static func write(_ stream: Stream, _ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        waitForRoom(stream)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// `program: message` on standard error, for whoever started the program: perhaps at a terminal.
  public static func complain(_ program: String, _ message: String) {
    write(.error, "\(program): \(PrintableText.line(message))\n")
  }

  /// What the kernel says of the file behind a stream; nil when it is closed.
  ///
  /// `fstat(2)`.
  public static func status(of stream: Stream) -> FileStatus? {
    var status = stat()
    return fstat(stream.rawValue, &status) == 0 ? FileStatus(status) : nil
  }

  /// Standard input, by a descriptor of its own that is on the same open file.
  ///
  /// Not by its name: who works on somebody's files (`FileIdentity`) may read on from a pipe or a
  /// terminal of its own, but may not open it again. `fcntl(2)`, F_DUPFD_CLOEXEC.
  public static func input() throws(Errno) -> Descriptor {
    try Descriptor(copying: 0)
  }

  private static func waitForRoom(_ stream: Stream) {
    var entry = pollfd(fd: stream.rawValue, events: Int16(POLLOUT), revents: 0)
    _ = poll(&entry, 1, -1)
  }
}
