extension ChildMachine {
  /// Takes in one event and decides.
  ///
  /// The switch has no default: a new state or a new event does not compile until each pair has
  /// been thought about. News of an earlier run never gets as far as the switch.
  mutating func handle(_ event: ChildEvent, _ context: inout DecisionContext) {
    guard isCurrent(event) else { return }
    absorb(event, at: context.now)
    persistDesire(event, &context)
    react(event, &context)
    lookAgain(event, &context)
    noteOutage(context)
  }

  private mutating func react(_ event: ChildEvent, _ context: inout DecisionContext) {
    switch (state, event) {
    // Demand.
    case (.resting, .consumerAttached): decideToSpawn(&context)
    case (.parked, .consumerAttached): welcomeWhileParked(&context)
    case (.starting, .consumerAttached), (.running, .consumerAttached),
      (.stopping, .consumerAttached), (.backoff, .consumerAttached),
      (.down, .consumerAttached), (.archived, .consumerAttached):
      break  // It is, or will be, looked at when the state ends.
    case (.backoff, .consumerDetached): leaveBackoffWithoutDemand(&context)
    case (.parked, .consumerDetached): noticeNewDemand(&context)
    case (_, .consumerDetached): break  // Idle-out counts from here; see `deadline`.
    case (.resting, .inboxTouched), (.backoff, .inboxTouched), (.parked, .inboxTouched):
      observe(&context)
    case (.starting, .inboxTouched), (.running, .inboxTouched):
      demand.touch(at: context.now)  // The handler reads it; counting waits for the idle deadline.
    case (.stopping, .inboxTouched), (.down, .inboxTouched), (.archived, .inboxTouched):
      break  // Every way out of these states reads the inbox.
    case (.resting, .inboxObserved): decideToSpawn(&context)
    case (.running(let run), .inboxObserved): attend(run, &context)
    case (.stopping(let stop), .inboxObserved): concludeRun(stop, &context)
    case (.backoff, .inboxObserved): leaveBackoffWithoutDemand(&context)
    case (.parked, .inboxObserved): noticeNewDemand(&context)
    case (.starting, .inboxObserved), (.down, .inboxObserved), (.archived, .inboxObserved): break

    // The process.
    case (.starting(let run), .spawned): begin(run, event, &context)
    case (.starting(let run), .spawnFailed): failToSpawn(run, event, &context)
    case (.starting(let run), .holderFound): adopt(run, &context)
    case (.starting(let run), .ready): becomeReady(run, &context)
    case (.starting(let run), .exited(_, let status, let leftovers)),
      (.running(let run), .exited(_, let status, let leftovers)):
      endByItself(run, status, leftovers: leftovers, &context)
    case (.starting(let run), .emptied), (.running(let run), .emptied):
      endByItself(run, .unknown, leftovers: false, &context)
    case (.stopping(let stop), .spawned): signalLateComer(stop, as: .own, &context)
    case (.stopping(let stop), .holderFound): signalLateComer(stop, as: .external, &context)
    case (.stopping(let stop), .spawnFailed): abandonSpawn(stop, &context)
    case (.stopping(let stop), .exited(_, let status, let leftovers)):
      continueStop(stop, status, leftovers: leftovers, &context)
    case (.stopping(let stop), .emptied): endStop(stop, &context)
    case (.resting, .holderFound), (.backoff, .holderFound), (.parked, .holderFound),
      (.down, .holderFound), (.archived, .holderFound):
      adopt(newRun(at: context.now), &context)
    case (.running, .spawned), (.running, .spawnFailed), (.running, .holderFound),
      (.running, .ready), (.stopping, .ready):
      break  // Told twice, or overtaken.
    case (.resting, .spawned), (.backoff, .spawned), (.parked, .spawned), (.down, .spawned),
      (.archived, .spawned), (.resting, .spawnFailed), (.backoff, .spawnFailed),
      (.parked, .spawnFailed), (.down, .spawnFailed), (.archived, .spawnFailed),
      (.resting, .ready), (.backoff, .ready), (.parked, .ready), (.down, .ready),
      (.archived, .ready), (.resting, .exited), (.backoff, .exited), (.parked, .exited),
      (.down, .exited), (.archived, .exited), (.resting, .emptied), (.backoff, .emptied),
      (.parked, .emptied), (.down, .emptied), (.archived, .emptied):
      break  // No run is current in these states, so `isCurrent` refused it already.
    case (_, .heard): judgeWatchdog(&context)
    case (_, .said(_, let announcement)): hear(announcement, &context)

    // The task in the graph.
    case (.starting, .taskClosed), (.running, .taskClosed):
      stop(.archived, because: .taskClosed, &context)
    case (.resting, .taskClosed), (.backoff, .taskClosed), (.parked, .taskClosed),
      (.down, .taskClosed):
      enter(.archived, because: .taskClosed, &context)
    case (.stopping, .taskClosed), (.archived, .taskClosed): break
    case (.archived, .taskReopened): openTask(&context)
    case (.resting, .taskReopened): observe(&context)
    case (.starting, .taskReopened), (.running, .taskReopened),
      (.stopping, .taskReopened), (.backoff, .taskReopened), (.parked, .taskReopened),
      (.down, .taskReopened):
      break
    case (_, .taskVanished): bury(.staleID, because: .staleTask, grace: nil, &context)

    // The tombstone.
    case (.starting, .tombstoned), (.running, .tombstoned):
      stop(.archived, because: .archiving, &context)
    case (.stopping(let stop), .tombstoned): redirect(stop, to: .archived, &context)
    case (.resting, .tombstoned), (.backoff, .tombstoned), (.parked, .tombstoned),
      (.down, .tombstoned):
      rest(because: .archived, &context)
      context.effects.append(.settleArchive(id, .none))
    case (.archived, .tombstoned): context.effects.append(.settleArchive(id, .none))
    case (.resting, .tombstoneFailed):
      note(.archiveFailed, &context)
      observe(&context)
    case (.archived, .tombstoneFailed):
      note(.archiveFailed, &context)
      if burial == .none { reopen(because: .restored, &context) }
    case (_, .tombstoneFailed): note(.archiveFailed, &context)
    case (.archived, .tombstoneRemoved):
      if burial == .none { reopen(because: .restored, &context) }
    case (_, .tombstoneRemoved): break

    // Time.
    case (.starting, .deadline): expireStart(&context)
    case (.running, .deadline), (.backoff, .deadline), (.parked, .deadline):
      attendDeadline(&context)
    case (.stopping(let stop), .deadline): escalate(stop, &context)
    case (.resting, .deadline), (.down, .deadline), (.archived, .deadline): break

    // People.
    case (.down, .startRequested):
      lookAndRest(because: .operatorStart, &context)
    case (_, .startRequested): note(.operatorStart, &context)
    case (.starting, .stopRequested), (.running, .stopRequested):
      stop(.operatorStop, because: .operatorStop, &context)
    case (.stopping(let stop), .stopRequested): redirect(stop, to: .operatorStop, &context)
    case (.resting, .stopRequested), (.backoff, .stopRequested), (.parked, .stopRequested):
      enter(.down, because: .operatorStop, &context)
    case (.down, .stopRequested), (.archived, .stopRequested): note(.operatorStop, &context)
    case (.starting(let run), .interruptRequested), (.running(let run), .interruptRequested):
      interrupt(run, &context)
    case (_, .interruptRequested): note(.nothingToInterrupt, &context)
    case (.backoff, .resetRequested), (.parked, .resetRequested):
      tryAgain(&context)
      lookAndRest(because: .operatorReset, &context)
    case (_, .resetRequested):
      forgetCrashes()
      note(.operatorReset, &context)
    case (.starting, .restartRequested), (.running, .restartRequested):
      stop(.swap, because: .swapped, &context)
    case (.backoff, .restartRequested), (.parked, .restartRequested):
      forgetCrashes()
      lookAndRest(because: .swapped, &context)
    case (_, .restartRequested): note(.swapped, &context)
    case (_, .archiveRequested(let reason, let grace)):
      bury(reason, because: .archiving, grace: grace, &context)
    case (_, .restoreRequested): exhume(&context)
    case (.starting, .shutdownRequested), (.running, .shutdownRequested):
      stop(.shutdown, because: .shutdown, &context)
    case (.stopping(let stop), .shutdownRequested): redirect(stop, to: .shutdown, &context)
    case (.backoff, .shutdownRequested):
      enter(.resting, because: .shutdown, &context)
    case (.resting, .shutdownRequested), (.parked, .shutdownRequested),
      (.down, .shutdownRequested), (.archived, .shutdownRequested):
      break
    case (_, .refused): note(.refused, &context)
    case (_, .spared): note(.spared, &context)
    }
  }

  /// Whether the event is about the run that is current, or about no run.
  private func isCurrent(_ event: ChildEvent) -> Bool {
    switch event {
    case .spawned(let incarnation, _, _, _), .spawnFailed(let incarnation, _, _),
      .ready(let incarnation), .exited(let incarnation, _, _), .emptied(let incarnation),
      .said(let incarnation, _), .heard(let incarnation):
      incarnation == state.incarnation
    case .consumerAttached, .consumerDetached, .inboxTouched, .inboxObserved,
      .holderFound, .taskClosed, .taskReopened, .taskVanished, .tombstoned, .tombstoneFailed,
      .tombstoneRemoved, .deadline, .startRequested, .stopRequested, .interruptRequested,
      .resetRequested, .restartRequested, .archiveRequested, .restoreRequested,
      .shutdownRequested, .refused, .spared:
      true
    }
  }

  /// What an operator wants must be on the disk before anything is done about it (rule 13).
  private mutating func persistDesire(_ event: ChildEvent, _ context: inout DecisionContext) {
    if event == .startRequested || event == .stopRequested {
      persist(.beforeActing, &context)
    }
  }

  /// A tombstone could not be written; one that stands anyway still does.
  private mutating func absorbFailedBurial() {
    switch burial {
    case .requested:
      burial = .none
      archiveGrace = nil
    case .renewing: forgetBurial()
    case .none, .standing, .lifting: break
    }
  }

  /// Changes what is known, and decides nothing.
  private mutating func absorb(_ event: ChildEvent, at now: Instant) {
    switch event {
    case .consumerAttached: demand.attach(at: now)
    case .consumerDetached: demand.detach(at: now)
    case .inboxObserved(let observation):
      demand.observe(observation, at: now)
      isObserving = false
    case .taskClosed: isTaskClosed = true
    case .taskReopened:
      isTaskClosed = false
      isTaskGone = false
    case .taskVanished: isTaskGone = true
    // What failed is not run any more.
    case .restartRequested: lastFailure = nil
    case .tombstoned: burial = .standing
    case .tombstoneFailed: absorbFailedBurial()
    case .tombstoneRemoved: if burial == .lifting { forgetBurial() }
    case .startRequested: isDown = false
    case .stopRequested: if burial != .standing { isDown = true }
    case .inboxTouched: wasTouchedMeanwhile = isObserving
    case .spawned, .spawnFailed, .holderFound, .ready, .exited,
      .emptied, .said, .heard, .deadline, .interruptRequested, .resetRequested,
      .archiveRequested, .restoreRequested, .shutdownRequested,
      .refused, .spared:
      break
    }
  }
}
