internal import Glibc
public import LinuxSystem
internal import SystemPackage
internal import Terminal

/// Where a command reads and writes; tests put their own in place.
public struct Console {
  /// Standard output and standard error, in the order of the calls.
  public var write: (StandardStreams.Stream, [UInt8]) -> Void
  public var isTerminal: (StandardStreams.Stream) -> Bool
  /// Whether a person can be asked.
  public var canAsk: () -> Bool
  /// Reads standard input: one line, or nil at its end.
  public var readLine: () -> String?
  /// Reads standard input to its end.
  public var readAll: () throws -> [UInt8]

  public init(
    write: @escaping (StandardStreams.Stream, [UInt8]) -> Void,
    isTerminal: @escaping (StandardStreams.Stream) -> Bool = { _ in false },
    canAsk: @escaping () -> Bool = { false }, readLine: @escaping () -> String? = { nil },
    readAll: @escaping () throws -> [UInt8] = { [] }
  ) {
    self.write = write
    self.isTerminal = isTerminal
    self.canAsk = canAsk
    self.readLine = readLine
    self.readAll = readAll
  }

  /// The process's own streams.
  public static var standard: Console {
    Console(
      write: { StandardStreams.write($0, $1) },
      isTerminal: { isatty($0.rawValue) == 1 },
      canAsk: { isatty(0) == 1 && isatty(2) == 1 },
      readLine: { Swift.readLine() },
      readAll: readStandardInput)
  }

  /// Stops with an error after 16 MiB: a message is not a file transfer.
  private static func readStandardInput() throws -> [UInt8] {
    let input = try StandardStreams.input()
    var bytes: [UInt8] = []
    while case .bytes(let chunk) = try input.readAvailable() {
      bytes += chunk
      if bytes.count > 16 << 20 { throw Errno.fileTooLarge }
    }
    return bytes
  }
}

extension Console {
  /// A line on standard output.
  func say(_ line: String) { write(.output, Array((line + "\n").utf8)) }

  /// `wg: message` on standard error.
  func note(_ message: String) { write(.error, Array("wg: \(SafeText.line(message))\n".utf8)) }

  /// A line on standard error without the program's name.
  func remark(_ line: String) { write(.error, Array((line + "\n").utf8)) }
}
