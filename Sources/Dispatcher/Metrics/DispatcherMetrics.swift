internal import ControlProtocol
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

/// What is so now, beside what was counted.
struct MetricsSnapshot {
  var states: [ChildState.Name: Int] = [:]
  var consumers = 0
  var pending = 0
  /// When the oldest waiting message was written, nanoseconds since 1970.
  var oldestPending: Int64?
  /// By chat number, nanoseconds; only of chats that wait.
  var backoffs: [(chat: UInt32, delay: Int64)] = []
  /// Chats that wait because others failed alike.
  var inOutage = 0
  var startedAt: Int64 = 0
  /// The last row of the records.
  var sequence: UInt64 = 0
}

extension MetricsSnapshot {
  /// All metrics in one of the formats.
  func text(_ counters: Counters, _ format: MetricsText.Format) -> String {
    var text = MetricsText(format)
    text.family("wg_build_info", .gauge, "The version of the dispatcher; always 1.")
    text.sample("wg_build_info", [("version", ProgramVersion.current)], 1 as UInt64)
    text.family(
      "wg_start_time_seconds", .gauge, unit: "seconds", "When the dispatcher started, Unix time.")
    text.sample("wg_start_time_seconds", [], Double(startedAt) / 1e9)
    writeChats(&text)
    writeRuns(counters, &text)
    writeMessages(counters, &text)
    text.histogram(
      "wg_purge_duration_seconds", counters.purges,
      "From a purge's request to the proof that every handler is gone.")
    text.family("wg_decisions", .counter, "Decisions put on record.")
    text.sample("wg_decisions_total", [], counters.decisions)
    return text.finished
  }

  private func writeChats(_ text: inout MetricsText) {
    text.family("wg_chats", .gauge, "Chats by state.")
    for state in ChildState.Name.allCases {
      text.sample("wg_chats", [("state", state.rawValue)], UInt64(states[state] ?? 0))
    }
    text.family("wg_consumers", .gauge, "Consumers that are connected.")
    text.sample("wg_consumers", [], UInt64(consumers))
    writeBackoffs(&text)
    text.family("wg_chats_in_outage", .gauge, "Chats that wait because others failed alike.")
    text.sample("wg_chats_in_outage", [], UInt64(inOutage))
  }

  private func writeBackoffs(_ text: inout MetricsText) {
    text.family(
      "wg_chat_backoff_seconds", .gauge, unit: "seconds",
      "The delay, without jitter, of each chat that waits to start again.")
    for entry in backoffs {
      text.sample(
        "wg_chat_backoff_seconds", [("chat", String(entry.chat))], Double(entry.delay) / 1e9)
    }
  }

  private func writeRuns(_ counters: Counters, _ text: inout MetricsText) {
    text.family("wg_spawns", .counter, "Handlers started.")
    text.sample("wg_spawns_total", [], counters.spawns)
    text.family("wg_adoptions", .counter, "Live handlers of others that were found and watched.")
    text.sample("wg_adoptions_total", [], counters.adoptions)
    text.family("wg_exits", .counter, "Ends of runs by kind.")
    for kind in Counters.ExitKind.allCases {
      text.sample("wg_exits_total", [("kind", kind.rawValue)], counters.exits[kind] ?? 0)
    }
    text.family("wg_kills", .counter, "Runs that needed SIGKILL.")
    text.sample("wg_kills_total", [], counters.kills)
    text.family("wg_crash_loops", .counter, "Chats that were parked.")
    text.sample("wg_crash_loops_total", [], counters.crashLoops)
    text.family("wg_outages", .counter, "Times that several chats were found to fail alike.")
    text.sample("wg_outages_total", [], counters.outages)
    text.family(
      "wg_backoff_seconds", .counter, unit: "seconds", "Delays begun between failed runs.")
    text.sample("wg_backoff_seconds_total", [], counters.backoffSeconds)
    text.family("wg_refusals", .counter, "Requests that an archived chat refused.")
    text.sample("wg_refusals_total", [], counters.refusals)
  }

  private func writeMessages(_ counters: Counters, _ text: inout MetricsText) {
    text.family("wg_pending_messages", .gauge, "Messages that wait for an answer.")
    text.sample("wg_pending_messages", [], UInt64(pending))
    text.family(
      "wg_oldest_pending_message_time_seconds", .gauge, unit: "seconds",
      "When the oldest waiting message was written, Unix time; not there when none waits.")
    if let oldestPending {
      text.sample("wg_oldest_pending_message_time_seconds", [], Double(oldestPending) / 1e9)
    }
    text.family("wg_messages_set_aside", .counter, "Messages moved to dead-letters.jsonl.")
    text.sample("wg_messages_set_aside_total", [], counters.setAside)
    text.histogram(
      "wg_delivery_latency_seconds", counters.deliveries,
      "From a message's row in the inbox to its answer's row in the outbox.")
  }
}
