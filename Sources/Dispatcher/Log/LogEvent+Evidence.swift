extension LogEvent {
  /// Whether each entry counts: what archives, parks, keeps or loses something, and the dispatcher's
  /// own life.
  ///
  /// Nothing of this comes often by itself, and none of it may be missing. The rest is bounded by
  /// `EntryLimiter`.
  var isEvidence: Bool {
    switch self {
    case .dispatcherStarted, .dispatcherReady, .dispatcherReloaded, .dispatcherUpgraded,
      .dispatcherUpgradeFailed, .dispatcherStopping, .dispatcherStopped, .chatSurvived, .chatParked,
      .chatMessageSetAside, .chatPurged,
      .chatSelfArchived, .chatRestored, .legacyMigrated, .logSuppressed, .logLost, .logOutput,
      .dispatcherUnheard, .outageBegan, .outageOver, .keeperLost, .endsKnown,
      .endsUnknown:
      true
    case .chatSpawned, .chatReady, .chatExited, .chatRespawnScheduled, .chatSpawnFailed, .chatIdle,
      .chatStopping, .chatStopped, .chatStarted, .chatKilled, .chatReset, .chatInterrupted,
      .chatAdopted, .chatClosed, .consumerAttached, .consumerDetached, .storageProblem,
      .chatWatchdog, .chatExtended:
      false
    }
  }
}
