internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines

/// Sends every decision to the connections that have subscribed.
///
/// None of them is waited for.
final class EventStream {
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
    subscribers.removeAll { $0.connection?.isSubscribed != true }
  }
}
