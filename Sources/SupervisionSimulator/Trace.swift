internal import SupervisionCore

/// The last lines of a history, for a person.
struct Trace: Sendable {
  private(set) var lines: [String] = []
  private let limit: Int

  init(limit: Int = 400) { self.limit = limit }

  mutating func add(_ line: @autoclosure () -> String, at now: Instant) {
    if lines.count >= 2 * limit { lines.removeFirst(limit) }
    let milliseconds = (now.nanoseconds - 3_600_000_000_000) / 1_000_000
    lines.append("\(milliseconds) ms  \(line())")
  }
}
