internal import Glibc

/// Lines to the person at the terminal.
enum Console {
  static func write(_ text: String) { write(text, to: 1) }

  static func writeError(_ text: String) { write(text, to: 2) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array((text + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// Measures how long the program itself takes; no simulation sees it.
struct Stopwatch {
  private let start = Stopwatch.read()

  var seconds: Double { max(Self.read() - start, 0.000_001) }

  private static func read() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }
}
