public import JSONLines
internal import SupervisionCore

/// Recorded decisions, made again from what they were made from.
public struct Verification: Equatable, Sendable {
  /// Decisions that came out as they were recorded.
  public private(set) var same = 0
  /// Rows whose first row is no longer there, so that nothing can be said.
  public private(set) var incomplete = 0
  public private(set) var differences: [Difference] = []

  /// A decision that comes out otherwise.
  public struct Difference: Equatable, Sendable {
    public let sequence: UInt64
    /// What was recorded, and what comes out now.
    public let text: String
  }

  public var isGood: Bool { differences.isEmpty }

  /// - Parameter rows: of one chat, oldest first.
  public init(_ rows: [DecisionRow]) {
    var event: [DecisionRow] = []
    for row in rows {
      if row.step == 0 {
        check(event)
        event = []
      }
      event.append(row)
    }
    check(event)
  }

  private mutating func check(_ rows: [DecisionRow]) {
    guard let first = rows.first else { return }
    guard first.step == 0, let inputs = first.inputs else { return incomplete += rows.count }
    let again: [DecisionRow]
    do {
      again = try Self.decide(inputs, like: first)
    } catch {
      let text = "the inputs cannot be read: \(error)"
      return differences.append(Difference(sequence: first.sequence, text: text))
    }
    compare(rows, again)
  }

  private static func decide(
    _ inputs: JSONValue, like first: DecisionRow
  ) throws(RecordError) -> [DecisionRow] {
    let decisions = try DecisionInputs(recorded: inputs, of: ChildID(first.chat)).decide()
    return decisions.enumerated().map {
      DecisionRow($1, sequence: first.sequence, time: first.time, step: $0)
    }
  }

  private mutating func compare(_ rows: [DecisionRow], _ again: [DecisionRow]) {
    for (index, row) in rows.enumerated() {
      let other = index < again.count ? again[index] : nil
      if let other, row.agrees(with: other) {
        same += 1
      } else {
        let text = "recorded \(row.summary), now \(other?.summary ?? "nothing")"
        differences.append(Difference(sequence: row.sequence, text: text))
      }
    }
    // The last event may still be being written when the file is read, but never one that follows.
    for other in again.dropFirst(rows.count) {
      let sequence = rows.last?.sequence ?? 0
      differences.append(
        Difference(sequence: sequence, text: "recorded nothing, now \(other.summary)"))
    }
  }

  public var json: JSONValue {
    [
      "same": .integer(same), "incomplete": .integer(incomplete),
      "differences": .array(
        differences.map { ["seq": .integer($0.sequence), "text": .text($0.text)] }),
    ]
  }
}

extension DecisionRow {
  /// `resting → starting (consumer-waits)`, with what counts in the decision.
  var summary: String {
    var text = "\(from.rawValue) → \(to.rawValue) (\(clause.rawValue)"
    if let incarnation { text += ", run \(incarnation)" }
    if let exit { text += ", \(exit.recorded)" }
    text += ", \(consumers) consumers, \(pending) pending, \(failures) failures, delay \(delay) ns"
    if let next { text += ", next in \(next) ns" }
    return text + ")"
  }
}
