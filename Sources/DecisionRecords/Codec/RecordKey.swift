/// Every member that a record can have; wg-decisions(5) describes each.
enum RecordKey: String, CaseIterable {
  // The row.
  case version = "v"
  case sequence = "seq"
  case timestamp
  case chatID = "chat_id"
  case step, from, to, clause, rule
  case consumers, pending, failures
  case delay = "delay_ns"
  case next = "next_ns"
  case incarnation, exit, pid, output, inputs

  // What it was decided from.
  case now, event, registered, before, settings, generator
  case daemonBudget = "daemon_budget"
  case isEnding = "ending"
  case outages, children, tries, program

  // An event.
  case kind, run, reason, grace, problem
  case awaitsReadiness = "awaits_readiness"
  case leftovers, span

  // The inbox.
  case first, newest, answered, activity

  // A chat.
  case state, until, inbox
  case lastDemand = "last_demand"
  case lastConsumer = "last_consumer"
  case isDown = "down"
  case lastRun = "last_run"
  case lastFailure = "last_failure"
  case isInOutage = "in_outage"
  case reserved, crashes, backoff, written, hold, budget, poison, message, burial
  case isTaskClosed = "task_closed"
  case isTaskGone = "task_gone"
  case isObserving = "observing"
  case wasTouched = "touched"
  case parked
  case parkedNewest = "parked_newest"

  // A run, a stop, a parking.
  case process, started, interrupted, cause, phase, killed, since
  case answeredAtStart = "answered_at_start"
  case began, extended, watchdog, look
  case extendedUntil = "extended_until"
  case lastSign = "last_sign"
  case newDemand = "new_demand"
  case newConsumer = "new_consumer"

  // The beginning of supervision.
  case isTombstoned = "tombstoned"
  case isUnsettled = "unsettled"
  case hasHolder = "holder"
  case hasEnded = "ended_before"
  case sharedReservation = "shared_reservation"

  // The settings, where they differ from those of version 1.
  case startsChildren = "starts"
  case idleTimeout = "idle_timeout"
  case stopTimeout = "stop_timeout"
  case killTimeout = "kill_timeout"
  case startTimeout = "start_timeout"
  case extensionLimit = "extension_limit"
  case watchdogTolerance = "watchdog_tolerance"
  case backoffFirst = "backoff_first"
  case backoffFactor = "backoff_factor"
  case backoffCap = "backoff_cap"
  case jitter
  case stableRun = "stable_run"
  case crashLimit = "crash_limit"
  case crashWindow = "crash_window"
  case poisonLimit = "poison_limit"
  case outageLimit = "outage_limit"
  case outageWindow = "outage_window"
  case outageDelay = "outage_delay"
  case childBurst = "child_burst"
  case childPeriod = "child_period"
  case daemonBurst = "daemon_burst"
  case daemonPeriod = "daemon_period"
}
