internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// Everything that can be found out about a chat: from the dispatcher where it runs, from the records
/// and the files in any case.
///
/// Writes nothing.
struct WhyInquiry {
  let project: Project
  private(set) var situation: Situation
  private(set) var notes: [String] = []

  /// - Throws: `notFound` for a chat of which there is no task, no tombstone and no record.
  init(_ text: String, in project: Project) throws {
    self.project = project
    do {
      let chat = try project.resolve(text)
      situation = Situation(
        chat: chat.id.number, taskID: chat.taskID, state: .resting, now: Clock.wall)
      try readRecords()
      try look(at: chat)
    } catch let error as ControlError where error.code == .notFound {
      guard let chat = Self.number(in: text) else { throw error }
      situation = Situation(
        chat: chat.number, taskID: chat.taskID, state: .archived, now: Clock.wall)
      try readRecords()
      try lookAtStranger(chat, otherwise: error)
    }
  }

  /// Makes every recorded decision about the chat again.
  func verification() throws -> Verification {
    Verification(try records.last(.max, of: situation.chat))
  }

  private var records: RecordFiles { RecordFiles(project.layout.decisions) }

  /// As far back as anything in the answer looks.
  private static let depth = 200

  private mutating func readRecords() throws {
    situation.rows = try records.last(Self.depth, of: situation.chat)
  }

  private mutating func look(at chat: ChatSummary) throws {
    let overview = try project.overview(includesArchived: true)
    notes += overview.notes
    situation.isDispatcherRunning = overview.dispatcher == .running
    situation.startsHandlers = overview.service?.startsHandlers ?? true
    if let status = overview.chats.first(where: { $0.chatID == chat.id.number }) {
      take(status)
    }
    situation.name = chat.name
    situation.crashes = chat.record.crashes.map(\.at)
    situation.burial = chat.tombstone?.sentence
    situation.ending = chat.tombstone?.ending
  }

  private mutating func take(_ status: ChatStatus) {
    situation.state = ChildState.Name(status.state)
    situation.pid = status.pid
    situation.consumers = Int(clamping: status.consumers)
    situation.pending = Int(clamping: status.pending)
    situation.nextTime = status.nextEventAt.flatMap(Timestamp.parse)
  }

  /// A chat without a task: it archived itself, or was deleted.
  private mutating func lookAtStranger(_ chat: ChatID, otherwise error: ControlError) throws {
    let tombstone = try TombstoneStore(project.layout).tombstone(for: chat)
    if tombstone == nil && situation.rows.isEmpty { throw error }
    situation.hasTask = false
    situation.burial = tombstone?.sentence
    situation.ending = tombstone?.ending
    situation.isDispatcherRunning = try DispatcherProbe.isRunning(project.layout)
    if tombstone == nil { situation.state = situation.rows.last?.to ?? .archived }
  }

  private static func number(in text: String) -> ChatID? {
    guard case .number(let chat)? = ChatReference.parse(text) else { return nil }
    return chat
  }
}

extension ChildState.Name {
  fileprivate init(_ state: ChatState) {
    switch state {
    case .resting: self = .resting
    case .starting: self = .starting
    case .running: self = .running
    case .stopping: self = .stopping
    case .backoff: self = .backoff
    case .parked: self = .parked
    case .down: self = .down
    case .archived: self = .archived
    }
  }
}
