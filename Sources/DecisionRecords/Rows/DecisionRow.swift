public import JSONLines
internal import LinuxSystem
public import SupervisionCore

/// One row of `service/decisions.jsonl`: a decision, when it was made, and what was seen.
///
/// wg-decisions(5) describes the members.
public struct DecisionRow: Equatable, Sendable {
  /// Grows by one with every row of a project, across restarts: the cursor of who reads along.
  public var sequence: UInt64
  /// Nanoseconds since 1970.
  public var time: Int64
  public var chat: UInt32
  /// Counts the decisions about one event from 0.
  public var step: Int
  public var from: ChildState.Name
  public var to: ChildState.Name
  public var clause: Clause
  /// The run that was decided about, if any.
  public var incarnation: UInt64?
  public var exit: SupervisionCore.ExitStatus?
  public var consumers: Int
  public var pending: Int
  public var failures: Int
  /// The back-off as it stands, nanoseconds.
  public var delay: Int64
  /// Nanoseconds until something happens without anybody's doing; nil for never.
  public var next: Int64?
  /// The leader of the run, where there is one.
  public var pid: Int32?
  /// The last lines of a run that failed.
  public var output: String?
  /// What happened, as the first row of an event has it; nil when supervision began, and in rows
  /// whose inputs were not kept.
  public var event: ChildEvent?
  /// What it was decided from, undecoded; the first row of an event has it.
  public var inputs: JSONValue?
}

extension DecisionRow {
  /// The row of a decision that was just made.
  ///
  /// - Parameters:
  ///   - time: when it was made, nanoseconds since 1970.
  ///   - step: its place among the decisions about the same event; the first carries the inputs.
  public init(
    _ decision: Decision, sequence: UInt64, time: Int64, step: Int = 0, pid: Int32? = nil,
    output: String? = nil
  ) {
    self.init(
      sequence: sequence, time: time, chat: decision.child.number, step: step,
      from: decision.from, to: decision.to, clause: decision.clause,
      incarnation: decision.incarnation?.number, exit: decision.exit,
      consumers: decision.consumers, pending: decision.pending, failures: decision.failures,
      delay: decision.delay.nanoseconds,
      next: decision.next.map { ($0 - decision.at).nanoseconds }, pid: pid, output: output,
      event: decision.inputs?.event, inputs: step == 0 ? decision.inputs?.recorded : nil)
  }

  /// Whether the chat came into another state.
  public var isChange: Bool { from != to }

  /// When something happens next, nanoseconds since 1970.
  public var nextTime: Int64? {
    next.map {
      let (sum, overflow) = time.addingReportingOverflow($0)
      return overflow ? .max : sum
    }
  }
}

extension DecisionRow {
  public static let version: Int64 = 1

  /// The row as it stands in the file.
  public var json: JSONValue {
    var writer = RecordWriter(at: Instant(nanoseconds: 0))
    writer.put(.version, number: Self.version)
    writer.put(.sequence, number: sequence)
    writer.put(.timestamp, text: Timestamp.rfc3339(time))
    writer.put(.chatID, number: chat)
    writer.put(.step, number: step, unless: 0)
    put(to: &writer)
    writer.put(.pid, number: pid)
    writer.put(.output, text: output)
    if let inputs { writer.put(.inputs, inputs) }
    return writer.json
  }

  /// The decision itself: what making it again must give.
  private func put(to writer: inout RecordWriter) {
    writer.put(.from, text: from.rawValue)
    writer.put(.to, text: to.rawValue)
    writer.put(.clause, text: clause.rawValue)
    writer.put(.rule, number: clause.rule)
    writer.put(.incarnation, number: incarnation)
    writer.put(.exit, text: exit?.recorded)
    writer.put(.consumers, number: consumers)
    writer.put(.pending, number: pending)
    writer.put(.failures, number: failures)
    writer.put(.delay, number: delay)
    writer.put(.next, number: next)
  }

  /// Reads a row.
  ///
  /// - Throws: `RecordError` when it is of another version or makes no sense.
  public init(_ json: JSONValue) throws(RecordError) {
    let reader = try RecordReader(json, at: Instant(nanoseconds: 0))
    let version: Int64 = try reader.required(.version, reader.number(.version))
    guard version == Self.version else { throw RecordError("version \(version) is not known") }
    let text: String = try reader.required(.timestamp, reader.text(.timestamp))
    guard let time = Timestamp.parse(text) else { throw RecordError("`timestamp` is no time") }
    self.init(
      sequence: try reader.required(.sequence, reader.number(.sequence)), time: time,
      chat: try reader.required(.chatID, reader.number(.chatID)),
      step: try reader.number(.step) ?? 0, from: try reader.required(.from, reader.word(.from)),
      to: try reader.required(.to, reader.word(.to)),
      clause: try reader.required(.clause, reader.word(.clause)),
      incarnation: try reader.number(.incarnation), exit: try reader.exit(),
      consumers: try reader.number(.consumers) ?? 0, pending: try reader.number(.pending) ?? 0,
      failures: try reader.number(.failures) ?? 0, delay: try reader.number(.delay) ?? 0,
      next: try reader.number(.next), pid: try reader.number(.pid),
      output: try reader.text(.output), event: Self.event(in: reader),
      inputs: reader.value(.inputs))
  }

  /// The event is decoration here: a row that has none, or one that is damaged, is still a row.
  private static func event(in reader: RecordReader) -> ChildEvent? {
    guard reader.has(.inputs) else { return nil }
    return try? reader.part(.inputs).part(.event).event()
  }
}

extension DecisionRow {
  /// Whether another row says the same about what was decided.
  func agrees(with other: DecisionRow) -> Bool {
    from == other.from && to == other.to && clause == other.clause
      && incarnation == other.incarnation && exit == other.exit && consumers == other.consumers
      && pending == other.pending && failures == other.failures && delay == other.delay
      && next == other.next
  }
}
