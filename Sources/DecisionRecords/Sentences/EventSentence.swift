internal import SupervisionCore

extension ChildEvent {
  /// What happened, in words.
  var sentence: String {
    switch self {
    case .consumerAttached: "a consumer connected"
    case .consumerDetached: "a consumer left"
    case .inboxTouched: "the inbox changed"
    case .inboxObserved(let inbox): "the inbox was read, \(Self.waiting(inbox.pending))"
    case .spawned(let run, _, _, _): "the process of run \(run.number) exists"
    case .spawnFailed(let run, .program, _): "the program of run \(run.number) cannot be run"
    case .spawnFailed(let run, .resources, _):
      "the machine had no memory, process or descriptor for run \(run.number)"
    case .holderFound: "a live process was found to hold the session's lock"
    case .ready(let run): "run \(run.number) said that it is ready"
    case .exited(let run, let status, let leftovers):
      "run \(run.number) \(status.deed)" + (leftovers ? " and left processes behind" : "")
    case .emptied(let run): "the last process of run \(run.number) is gone"
    case .said(let run, let announcement): "run \(run.number) \(announcement.sentence)"
    case .heard(let run): "everything that run \(run.number) had said was read"
    case .taskClosed: "the task was closed in the graph"
    case .taskReopened: "the task was opened in the graph"
    case .taskVanished: "the task is not in the graph"
    case .tombstoned: "the tombstone stands"
    case .tombstoneFailed: "the tombstone could not be written"
    case .tombstoneRemoved: "the tombstone was removed"
    case .deadline: "a time was up"
    case .startRequested: "somebody asked to start it"
    case .stopRequested: "somebody asked to stop it"
    case .interruptRequested: "somebody asked to interrupt it"
    case .resetRequested: "somebody asked to forget its crashes"
    case .restartRequested: "its handler or model was changed"
    case .archiveRequested(let reason, _): "somebody asked to archive it (\(reason.rawValue))"
    case .restoreRequested: "somebody asked to restore it"
    case .shutdownRequested: "the dispatcher was told to end"
    case .refused(let request): "somebody asked for `\(request.rawValue)`"
    case .spared(let exception): "a purge passed it over (\(exception.rawValue))"
    }
  }

  private static func waiting(_ count: Int) -> String {
    count == 0 ? "nothing waits" : "\(Words.count(count, "message")) waiting"
  }
}

extension Announcement {
  /// What the run said, as a deed of it.
  fileprivate var sentence: String {
    switch self {
    case .alive: "gave a sign of life"
    case .watchdog(let span) where span == .zero || span == .infinity:
      "wants no watchdog any more"
    case .watchdog(let span): "wants a watchdog of \(Words.span(span))"
    case .broken: "said that it is broken"
    case .leaving: "said that it is stopping"
    case .needsTime(let span): "asked for \(Words.span(span))"
    }
  }
}
