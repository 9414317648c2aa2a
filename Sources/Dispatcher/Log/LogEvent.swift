/// Every kind of log entry, with the id that journalctl's catalog knows it by.
enum LogEvent: String, CaseIterable {
  case dispatcherStarted = "dispatcher.started"
  case dispatcherReady = "dispatcher.ready"
  case dispatcherReloaded = "dispatcher.reloaded"
  case dispatcherStopping = "dispatcher.stopping"
  case dispatcherStopped = "dispatcher.stopped"
  case chatSpawned = "chat.spawned"
  case chatReady = "chat.ready"
  case chatExited = "chat.exited"
  case chatRespawnScheduled = "chat.respawn_scheduled"
  case chatSpawnFailed = "chat.spawn_failed"
  case chatIdle = "chat.idle"
  case chatStopping = "chat.stopping"
  case chatStopped = "chat.stopped"
  case chatStarted = "chat.started"
  case chatKilled = "chat.killed"
  case chatSurvived = "chat.survived"
  case chatParked = "chat.parked"
  case chatReset = "chat.reset"
  case chatInterrupted = "chat.interrupted"
  case chatMessageSetAside = "chat.message_set_aside"
  case chatAdopted = "chat.adopted"
  case chatPurged = "chat.purged"
  case chatSelfArchived = "chat.self_archived"
  case chatClosed = "chat.closed"
  case chatRestored = "chat.restored"
  case consumerAttached = "consumer.attached"
  case consumerDetached = "consumer.detached"
  case storageProblem = "storage.problem"
  case legacyMigrated = "legacy.migrated"

  /// A 128-bit id, fixed for ever.
  ///
  /// sd_id128(3).
  var messageID: String {
    let prefix = "6f1d8c3e5b7a4d0e9a2c77670000"
    let number = String(Self.allCases.firstIndex(of: self).map { $0 + 1 } ?? 0, radix: 16)
    return prefix + String(repeating: "0", count: 4 - number.count) + number
  }
}
