internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

extension RequestHandler {
  var metricsPayload: JSONObject {
    [
      "content_type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
      "text": .text(daemon.metricsSnapshot.text(supervisor.counters, .openMetrics)),
    ]
  }
}

extension DispatcherDaemon {
  var metricsSnapshot: MetricsSnapshot {
    var snapshot = MetricsSnapshot()
    snapshot.states = driver.machine.counts
    snapshot.startedAt = startedAt
    snapshot.sequence = supervisor.decisions.sequence
    for chat in supervisor.chats.all { snapshot.take(chat, driver.machine) }
    return snapshot
  }

  /// Once each turn.
  func writeMetrics(force: Bool = false) {
    metricsFile?.write(revision: supervisor.revision, force: force) {
      metricsSnapshot.text(supervisor.counters, .prometheus)
    }
  }
}

extension MetricsSnapshot {
  mutating func take(_ chat: SupervisedChat, _ machine: SupervisorMachine) {
    guard let demand = machine.demand(of: chat.child) else { return }
    consumers += demand.consumers
    let waiting = chat.conversation?.pending
    pending += waiting?.count ?? demand.inbox.pending
    if let time = waiting?.first?.time { oldestPending = min(oldestPending ?? time, time) }
    guard case .backoff? = machine.state(of: chat.child) else { return }
    let delay = machine.durable(of: chat.child)?.backoffDelay.nanoseconds ?? 0
    backoffs.append((chat: chat.id.number, delay: delay))
    if machine.isInOutage(chat.child) { inOutage += 1 }
  }
}
