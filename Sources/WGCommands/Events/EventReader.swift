internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

/// Decisions, from the records and then from the dispatcher as they are made: none twice, none left
/// out.
struct EventReader {
  let project: Project
  /// Nil for all chats.
  let chat: UInt32?

  private var records: RecordFiles { RecordFiles(project.layout.decisions) }

  /// The number of the last decision.
  func cursor() throws -> UInt64 { try records.lastSequence() }

  /// What the records have, without inputs, oldest first.
  func recorded(after since: UInt64?, last count: Int) throws -> [DecisionRow] {
    var rows: [DecisionRow] = []
    if let since {
      try records.rows(after: since) { if isWanted($0) { rows.append($0) } }
    } else {
      rows = try records.last(count == 0 ? .max : count, of: chat).suffix(count == 0 ? .max : count)
    }
    return rows.map(Self.light)
  }

  /// What somebody who reads along should know.
  func notes(after since: UInt64?) throws -> [String] {
    guard let since else { return [] }
    let last = try cursor()
    if since > last { return ["the last decision is \(last), before the cursor \(since)"] }
    var first: UInt64?
    try records.rows(after: 0) { if first == nil { first = $0.sequence } }
    guard let first, since + 1 < first else { return [] }
    return ["decisions \(since + 1) to \(first - 1) are not kept any more"]
  }

  /// Prints until the dispatcher ends, which is told with the cursor to go on with.
  ///
  /// Whoever reads too slowly is dropped by the dispatcher; then what was missed comes from the records.
  func follow(
    after since: UInt64?, last count: Int, _ print: (DecisionRow) -> Void
  ) throws -> Never {
    for note in try notes(after: since) { project.context.console.note(note) }
    var last = since
    while true {
      let client = try project.neededDispatcher(for: "following", waking: true)
      let answer = try client.demand(.subscribe, within: .seconds(30))
      let present = answer["seq"]?.uint ?? 0
      // Where records were removed, numbers begin anew: a cursor that lies ahead means the beginning.
      if let cursor = last, cursor > present { last = 0 }
      for row in try recorded(after: last, last: count) where row.sequence <= present {
        print(row)
      }
      last = try stream(client, after: present, print)
    }
  }

  /// The cursor at which the dispatcher dropped this connection.
  private func stream(
    _ client: DispatcherClient, after last: UInt64, _ print: (DecisionRow) -> Void
  ) throws -> UInt64 {
    var last = last
    while true {
      let frame: JSONValue
      do {
        frame = try client.next()
      } catch {
        throw ControlError(
          .tryAgain, "the dispatcher has closed the stream",
          hint: "`wg events --follow --since \(last)` goes on where it ended")
      }
      switch EventFrame(frame) {
      case .decision(let json):
        guard let row = try? DecisionRow(json), row.sequence > last else { continue }
        last = row.sequence
        if isWanted(row) { print(row) }
      case .dropped: return last
      case nil: continue
      }
    }
  }

  private func isWanted(_ row: DecisionRow) -> Bool { chat == nil || row.chat == chat }

  private static func light(_ row: DecisionRow) -> DecisionRow {
    var row = row
    row.inputs = nil
    return row
  }
}
