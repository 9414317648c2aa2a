internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// What the dispatcher keeps of one chat beside the core's state.
///
/// Ten thousand of them may rest, so what only a chat has with which something happens is sparse.
final class SupervisedChat {
  let id: ChatID
  var child: ChildID { ChildID(id.number) }

  var watch: FileWatcher.WatchID?
  /// What the graph says of it.
  ///
  /// Nil for a stale id.
  var row: Row?
  var session: SessionID?
  /// Nil: no tombstone stands.
  @Sparse var burial: Burial?
  @Sparse var record: ChatRecord
  /// The highest number of a run that the chat's record on the disk says may be used.
  var reserved: UInt64
  /// Open while there is something to count.
  var conversation: Conversation?
  /// Held from the launch until the child has it.
  var lock: SessionLock?
  /// The processes that are being ended, for the evidence.
  @Sparse var retirement: Retirement?
  @Sparse var past: Past

  struct Row: Equatable {
    var title: String
    var name: String?
    var needs: HandlerNeeds
    var isClosed: Bool
    var isArchived: Bool
  }

  /// What has happened with it since the dispatcher started, as far as that is asked for again.
  struct Past: Equatable, SparseValue {
    /// Answered messages found by conversations that were closed since.
    var answered: UInt64 = 0
    /// Why the last storage operation about this chat failed.
    var lastFailure: String?
    /// Why the inbox could not be read the last time, so that it is said once.
    var inboxFailure: String?
    /// When a request was last refused and that was put on record, by the monotonic clock.
    var refusedAt: Int64?
    /// When the present state began, nanoseconds since 1970; nil until a decision tells.
    var stateSince: Int64?
    /// Handlers after the first.
    var restarts: UInt64 = 0
    /// The last run that did not end in its stop timeout and was killed.
    var killed: Incarnation?
    /// What the running handler last said of itself, for people.
    var handlerStatus: String?
    /// What the last run said last; of one that failed by itself that is the cause.
    var lastWords: String?
    /// The number of the last handler's leader.
    var lastPid: Int32?
    var lastExit: SupervisionCore.ExitStatus?
    /// What limits had to do with it.
    var limitRemark: String?
  }

  struct Retirement {
    var reason: ArchiveReason
    var by: Tombstone.Author
    var beganAt: Int64
    var pids: [Int32] = []
    var duration: Int64 = 0
    var outcome: HandlerOutcome?
    /// The control group that was found empty, and removed.
    var group: FilePath?
    /// How many of the processes the dispatcher has reaped.
    var reaped = 0
    /// The process group that the kernel has called empty.
    var emptyGroup: Int32?
    /// What SIGKILL did not end; nil when that never was so.
    var survivors: [HandlerEnd.Survivor]?
    /// The graph says it too, and the evidence is in the tombstone.
    var isSettled = false
  }

  init(_ id: ChatID, record: ChatRecord) {
    self.id = id
    reserved = record.incarnation
    self.record = record
  }

  var answered: UInt64 { past.answered + (conversation?.answeredCount ?? 0) }

  /// Forgets the files' contents.
  func closeConversation() {
    past.answered = answered
    conversation = nil
  }

  /// Forgets what only a chat needs that has a run, or is going to.
  func rest() {
    closeConversation()
    past.lastWords = nil
  }
}

extension SupervisedChat {
  /// The lock of the run before, where it was kept for this moment, or else as it is to be had.
  func takeLock(_ directory: FilePath) throws(StorageError) -> SessionLock.Attempt {
    if let lock, lock.directory == directory { return .acquired(lock) }
    try? lock?.discard()
    lock = nil
    return try SessionLock.tryAcquire(directory)
  }

  /// Why the last run failed, in its own words; one that was ended by a signal had none.
  var statedCause: String? {
    guard case .exited = past.lastExit else { return nil }
    return past.lastWords
  }
}
