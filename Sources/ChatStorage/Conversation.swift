public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// What waits for an answer in one chat, kept up to date at the cost of what is new.
///
/// A message is pending when it stands in the inbox after the cursor and no row of the outbox has its
/// request id. Nothing here follows events: `refresh` compares with the files as they are, so a missed
/// notice costs a delay, never a message. Bad rows are passed over and reported. A resting chat holds a
/// few words and no buffer. Not for use by several threads.
public final class Conversation {
  /// The session's folder.
  ///
  /// It need not exist yet.
  public let directory: FilePath
  /// What waits, in the order of the inbox, as of the last refresh.
  public private(set) var pending: [PendingMessage] = []
  /// How many messages were found to be answered, counted from the first time everything was read.
  public private(set) var answeredCount: UInt64 = 0
  /// Bytes of messages that were read from the files in all.
  public private(set) var bytesRead: Int64 = 0

  /// The id of the last inbox row that was read; 0 before the first.
  public var lastID: UInt64 { inbox.lastID }

  private let token: SessionToken?
  private var inbox = ReadPosition()
  private var outbox = ReadPosition()
  private var answers = AnsweredRequests()
  private var cursor = WatchedCursor()
  private var passedOver: [Problem] = []
  /// When answers were written whose questions were not looked at yet, by request id.
  private var answerTimes: [String: Int64] = [:]
  private var latencies: [Int64] = []
  private var hasCaughtUp = false
  private var isCurrent = false
  private var savedCheckpoint: Checkpoint?
  private var hasTriedCheckpoint = false

  /// How many problems are kept: the first ones tell the story.
  private static let problemLimit = 32
  private static let latencyLimit = 256

  /// Touches no file.
  ///
  /// With a token, what is written is refused once the token's run was replaced.
  public init(directory: FilePath, token: SessionToken? = nil) {
    self.directory = directory
    self.token = token
  }

  /// Reads what is new; true when nothing was left unread.
  ///
  /// Takes at most about `budget` bytes, but at least one row, so that repeated calls get on; call
  /// again while it answers false. Missing files are empty. A file that was replaced or cut is read
  /// from its beginning. Blocks for the disk, takes no lock and writes nothing.
  @discardableResult
  public func refresh(budget: Int = .max) throws(StorageError) -> Bool {
    isCurrent = false
    if !hasTriedCheckpoint { try RealFolder.check(directory) }
    useCheckpoint()
    try noticeReplacement()
    var allowance = ReadPosition.Allowance(budget: budget)
    defer { bytesRead += allowance.bytesRead }
    // The outbox first: an answer that is read belongs to a question that is in the inbox by then.
    guard try readOutbox(&allowance), try readInbox(&allowance) else { return false }
    answers.settle()
    answerTimes = [:]
    hasCaughtUp = true
    isCurrent = true
    return true
  }

  /// What was passed over so far (the first few), and what is wrong at the end of the files now.
  public var problems: [Problem] {
    let cursorProblem = cursor.problem.map {
      Problem(file: directory.appending(ChatFile.cursor), reason: $0)
    }
    let standing = [tornTail(inbox, .inbox), tornTail(outbox, .outbox), cursorProblem]
    return passedOver + standing.compactMap(\.self)
  }

  /// Reads the row of a pending message again.
  ///
  /// Throws `notFound` or `badData` when the inbox was replaced since: then refresh.
  public func message(at pending: PendingMessage) throws(StorageError) -> ChatMessage {
    let path = path(.inbox)
    guard let file = try RegularFile.openForReading(path) else {
      throw StorageError(.noSuchFileOrDirectory, path)
    }
    var reader = LineReader(file, from: pending.offset, chunk: 4 << 10)
    let line = try StorageError.about(path) { () throws(Errno) in try reader.next() }
    guard let message = (line ?? reader.tail).flatMap({ MessageRows($0).messages.first?.message }),
      message.id == pending.id, message.effectiveRequestID == pending.requestID
    else {
      throw StorageError(
        file: path, kind: .badData, reason: "message \(pending.id) is no longer where it was")
    }
    return message
  }
}

// MARK: - Reading

extension Conversation {
  private func path(_ box: MessageLog.Box) -> FilePath { directory.appending(box.rawValue) }

  private func useCheckpoint() {
    if hasTriedCheckpoint { return }
    hasTriedCheckpoint = true
    guard let checkpoint = Checkpoint.read(directory) else { return }
    savedCheckpoint = checkpoint
    inbox = checkpoint.inbox
    outbox = checkpoint.outbox
    answers = AnsweredRequests(recent: checkpoint.recentAnswers)
  }

  /// Forgets what was read of files that are not there any more.
  ///
  /// With a new inbox the outbox is read again too, for its rows may answer what the new one repeats.
  private func noticeReplacement() throws(StorageError) {
    if try inbox.isReplaced(at: path(.inbox)) { forgetInbox() }
    if try outbox.isReplaced(at: path(.outbox)) { outbox = ReadPosition() }
  }

  private func forgetInbox() {
    inbox = ReadPosition()
    outbox = ReadPosition()
    answers = AnsweredRequests()
    pending = []
    hasCaughtUp = false
  }

  private func readOutbox(_ allowance: inout ReadPosition.Allowance) throws(StorageError) -> Bool {
    guard try outbox.change(of: path(.outbox)) == .grown else { return true }
    let outcome = try outbox.read(path(.outbox), &allowance) { rows, line in
      for found in rows.messages where !found.message.requestID.isEmpty {
        answers.note(found.message.requestID)
        noteTime(of: found.message)
      }
      report(rows, line, .outbox)
    }
    dropAnswered()
    switch outcome {
    case .reachedEnd: return true
    case .budgetSpent: return false
    case .replaced:
      outbox = ReadPosition()
      return false
    }
  }

  private func dropAnswered() {
    guard answers.hasFresh, !pending.isEmpty else { return }
    let before = pending.count
    for message in pending.prefix(Self.latencyLimit) {
      noteLatency(of: message.requestID, askedAt: message.time)
    }
    pending.removeAll { answers.contains($0.requestID) }
    countAnswered(before - pending.count)
  }

  /// While it is news: how long answers took.
  private func noteTime(of answer: ChatMessage) {
    guard hasCaughtUp, answer.role != .systemError, answerTimes.count < Self.latencyLimit,
      answerTimes[answer.requestID] == nil, let time = Timestamp.parse(answer.timestamp)
    else { return }
    answerTimes[answer.requestID] = time
  }

  private func noteLatency(of requestID: String, askedAt: Int64?) {
    guard let asked = askedAt, let answered = answerTimes[requestID],
      latencies.count < Self.latencyLimit
    else { return }
    // Rows may tell any time, also one that lies further back than nanoseconds count.
    let (latency, overflow) = answered.subtractingReportingOverflow(asked)
    if !overflow, latency >= 0 { latencies.append(latency) }
  }

  /// Gives the time that each answer took, nanoseconds, of answers found since the last call.
  ///
  /// Of many at once some are left out.
  public func takeLatencies() -> [Int64] {
    defer { latencies = [] }
    return latencies
  }

  private func countAnswered(_ count: Int) {
    // What was answered before this object looked is history, not news.
    if hasCaughtUp { answeredCount += UInt64(count) }
  }

  private func readInbox(_ allowance: inout ReadPosition.Allowance) throws(StorageError) -> Bool {
    let isGrown = try inbox.change(of: path(.inbox)) == .grown
    try refreshCursor(inboxIsGrown: isGrown)
    guard isGrown else { return true }
    let outcome = try inbox.read(path(.inbox), &allowance) { rows, line in
      for found in rows.messages { take(found) }
      report(rows, line, .inbox)
    }
    switch outcome {
    case .reachedEnd: return true
    case .budgetSpent: return false
    case .replaced:
      forgetInbox()
      return false
    }
  }

  private func take(_ found: MessageRows.Found) {
    let requestID = found.message.effectiveRequestID
    if answers.contains(requestID) {
      countAnswered(1)
      if hasCaughtUp {
        noteLatency(of: requestID, askedAt: Timestamp.parse(found.message.timestamp))
      }
    } else if found.message.id > cursor.limit {
      pending.append(
        PendingMessage(
          id: found.message.id, requestID: requestID, offset: found.offset,
          time: Timestamp.parse(found.message.timestamp)))
    }
  }

  private func report(_ rows: MessageRows, _ line: Line, _ box: MessageLog.Box) {
    guard let reason = rows.problem, passedOver.count < Self.problemLimit else { return }
    passedOver.append(Problem(file: path(box), offset: line.offset, reason: reason))
  }

  private func tornTail(_ position: ReadPosition, _ box: MessageLog.Box) -> Problem? {
    position.tornTail.map {
      Problem(
        file: path(box), offset: $0,
        reason: "the last row is torn or still being written; it is skipped until it is whole")
    }
  }
}

// MARK: - Cursor and checkpoint

extension Conversation {
  /// Notes in the folder that everything up to this id was dealt with; never goes back.
  ///
  /// Waits for the inbox's lock. Atomic, not durable: what has an answer is not pending anyway.
  public func advanceCursor(_ id: UInt64) throws(StorageError) {
    try token.permitting { () throws(StorageError) in try moveCursor(to: id) }
  }

  private func moveCursor(to id: UInt64) throws(StorageError) {
    let lock = ChatFile.lock(path(.inbox))
    let held = try StorageError.about(lock) { () throws(Errno) in try FileLock.acquire(lock) }
    defer { withExtendedLifetime(held) {} }
    try refreshCursor(inboxIsGrown: true)
    guard id > cursor.limit else { return }
    try Cursor.write(id, directory)
    try refreshCursor(inboxIsGrown: true)
  }

  private func refreshCursor(inboxIsGrown: Bool) throws(StorageError) {
    let before = cursor.limit
    try cursor.refresh(directory, knownLastID: inbox.lastID, inboxIsGrown: inboxIsGrown)
    if cursor.limit != before { pending.removeAll { $0.id <= cursor.limit } }
  }

  /// Writes down how far was read, for the next process; true when that is on file now.
  ///
  /// Does nothing unless the last refresh caught up and nothing is pending. Atomic, not durable.
  @discardableResult
  public func saveCheckpoint() throws(StorageError) -> Bool {
    guard isCurrent, pending.isEmpty, inbox.endsInNewline, outbox.endsInNewline else {
      return false
    }
    let checkpoint = Checkpoint(
      inbox: inbox.forCheckpoint, outbox: outbox.forCheckpoint, recentAnswers: answers.recent)
    if checkpoint == savedCheckpoint { return true }
    try token.permitting { () throws(StorageError) in try checkpoint.write(directory) }
    savedCheckpoint = checkpoint
    return true
  }
}
