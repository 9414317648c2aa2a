internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines

/// Sends every decision to the connections that have subscribed.
///
/// None of them is waited for, and all together keep no more than `heldLimit` in memory.
final class EventStream {
  /// Half of what all clients may: events, of which there is no end, take no client's answers.
  static let heldLimit = ControlServer.heldLimit / 2

  private var subscribers: [Subscriber] = []

  private struct Subscriber {
    weak var connection: ControlConnection?
  }

  func add(_ connection: ControlConnection) {
    guard !connection.isSubscribed else { return }
    connection.isSubscribed = true
    subscribers.append(Subscriber(connection: connection))
  }

  /// Encodes a row once, and nothing when nobody listens.
  func send(_ row: DecisionRow) {
    guard !subscribers.isEmpty else { return }
    var row = row
    row.inputs = nil
    let frame = Frame.encode(EventFrame.decision(row.json).json)
    for subscriber in subscribers { subscriber.connection?.push(frame, row.sequence) }
    relieve()
    subscribers.removeAll { $0.connection?.isSubscribed != true }
  }

  /// Ends those that are furthest behind; the server lets go of them in its turn.
  private func relieve() {
    let listeners = subscribers.compactMap(\.connection)
    var held = listeners.reduce(0) { $0 + $1.held }
    guard held > Self.heldLimit else { return }
    for listener in listeners.sorted(by: { $0.held > $1.held }) where held > Self.heldLimit {
      held -= listener.held
      // It may read, and only not have had its turn.
      if listener.flush(), listener.held == 0 { continue }
      listener.close()
    }
  }
}
