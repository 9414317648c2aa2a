internal import ChatStorage
internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The conversation that is open: backwards as far as one scrolls, and forwards as it goes on.
final class ConversationReader {
  let place: ConversationPlace
  private let directory: FilePath
  private var questions: Reading
  private var answers: Reading

  /// One of the two files.
  private struct Reading {
    let log: MessageLog
    var history: MessageHistory
    /// The next one backwards, read already.
    var head: TranscriptEntry?
    /// Where what comes later begins; nil before anything was read.
    var offset: Int64?

    init(_ directory: FilePath, _ box: MessageLog.Box) throws(StorageError) {
      log = MessageLog(directory: directory, box)
      history = try MessageHistory(log)
      try step()
    }

    mutating func step() throws(StorageError) {
      head = try history.next().map { TranscriptEntry($0, log.box) }
      if offset == nil { offset = history.end }
    }

    /// A file that is shorter than it was is another one.
    mutating func read() throws(StorageError) -> [TranscriptEntry] {
      var entries: [TranscriptEntry] = []
      let size = (try? FileStatus.of(log.path)).flatMap { $0?.size } ?? 0
      let start = size < offset ?? 0 ? 0 : offset ?? 0
      offset = try log.forEach(from: start) { (message) throws(StorageError) in
        entries.append(TranscriptEntry(message, log.box))
      }
      return entries
    }
  }

  init(_ place: ConversationPlace, in directory: FilePath) throws(StorageError) {
    self.place = place
    self.directory = directory
    questions = try Reading(directory, .inbox)
    answers = try Reading(directory, .outbox)
  }

  /// The messages before those that were given, oldest first.
  ///
  /// By time, where each file keeps its own order; a question before an answer of the same instant.
  func older(_ count: Int) throws(StorageError) -> OlderMessages {
    var entries: [TranscriptEntry] = []
    while entries.count < count {
      switch (questions.head, answers.head) {
      case (nil, nil): return OlderMessages(entries.reversed(), isBeginning: true)
      case (let question?, let answer) where (answer?.time ?? .min) < (question.time ?? 0):
        entries.append(question)
        try questions.step()
      case (let question?, nil):
        entries.append(question)
        try questions.step()
      case (_, let answer?):
        entries.append(answer)
        try answers.step()
      }
    }
    return OlderMessages(entries.reversed(), isBeginning: false)
  }

  /// What was said since.
  func newer() throws(StorageError) -> [TranscriptEntry] {
    try questions.read() + answers.read()
  }

  /// The answer that is being made; of a very long one the end.
  func streaming() -> String? {
    let flags = O_RDONLY | O_NONBLOCK
    let path = directory.appending(Self.streamingFile)
    guard let file = try? Descriptor.open(path, flags: flags), let status = try? file.status(),
      status.kind == .regular, status.size > 0
    else { return nil }
    let start = max(0, status.size - Self.streamingLimit)
    guard let bytes = try? file.read(at: start, count: Int(status.size - start)) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  static let streamingFile = ".streaming"
  private static let streamingLimit: Int64 = 256 << 10
}

extension TranscriptEntry {
  init(_ message: ChatMessage, _ box: MessageLog.Box) {
    let speaker: Speaker =
      switch (box, message.role) {
      case (.inbox, _): .person(message.user.flatMap { $0 == "unknown" ? nil : $0 } ?? "you")
      case (.outbox, .systemError): .system
      case (.outbox, _): .agent
      }
    self.init(
      speaker: speaker, text: message.content, time: Timestamp.parse(message.timestamp),
      answer: box == .outbox ? message.id : nil)
  }
}
