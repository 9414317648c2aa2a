internal import DecisionRecords
internal import JSONLines
internal import SupervisionCore
internal import SupervisionSimulator

/// Records the decisions of simulated schedules, reads them back, and makes them again.
struct RecordCheck {
  private var decisions = 0
  private var bytes = 0
  private var seconds = 0.0
  private var difference: String?

  /// Prints what it costs, and the first decision that comes out otherwise; whether there was none.
  static func run(_ options: Options) -> Bool {
    var check = RecordCheck()
    var index: UInt64 = 0
    while index < options.schedules, check.difference == nil {
      check.take(options.seed &+ index)
      index += 1
    }
    check.report()
    return check.difference == nil
  }

  private mutating func take(_ seed: UInt64) {
    let made = Simulation.decisions(of: Schedule(drawnFrom: seed))
    let watch = Stopwatch()
    let lines = Self.lines(made)
    seconds += watch.seconds
    decisions += lines.count
    bytes += lines.reduce(0) { $0 + $1.count + 1 }
    difference = Self.difference(lines).map { "seed \(seed): \($0)" }
  }

  /// As the log writes them.
  private static func lines(_ decisions: [Decision]) -> [[UInt8]] {
    var last: DecisionInputs?
    var step = 0
    return decisions.enumerated().map { index, decision in
      step = decision.inputs != nil && decision.inputs === last ? step + 1 : 0
      last = decision.inputs
      let row = DecisionRow(
        decision, sequence: UInt64(index) + 1, time: decision.at.nanoseconds, step: step)
      return row.json.encoded()
    }
  }

  private static func difference(_ lines: [[UInt8]]) -> String? {
    do {
      let rows = try lines.map { try DecisionRow(JSONValue.parse($0)) }
      let chats = Dictionary(grouping: rows, by: \.chat).values
      let verified = chats.map { Verification($0) }
      if let first = verified.flatMap(\.differences).min(by: { $0.sequence < $1.sequence }) {
        return "decision \(first.sequence): \(first.text)"
      }
      let incomplete = verified.reduce(0) { $0 + $1.incomplete }
      return incomplete == 0 ? nil : "\(incomplete) decisions cannot be made again"
    } catch {
      return "a row cannot be read: \(error)"
    }
  }

  private func report() {
    let count = max(1, decisions)
    Console.write(
      """
      decisions  \(decisions)  (each read back and made again)
      bytes      \(bytes / count) each
      time       \(Int(seconds * 1_000_000_000) / count) ns each, to make the row
      """)
    if let difference { Console.write("not the same: \(difference)") }
  }
}
