internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Where a handler's output goes, without passing through the dispatcher: straight to the journal, or
/// to `service/handler-N.log`.
final class HandlerOutput {
  private let layout: ProjectLayout
  private let files: HandlerLogFiles
  private let place: LogPlaces.Output
  private let log: DispatcherLog
  /// Chats whose last run writes to its file although the journal was asked for.
  private var inFile: Set<ChatID> = []
  /// The journal could not be reached the last time; said once until it can be.
  private var isFailing = false

  init(layout: ProjectLayout, place: LogPlaces.Output, log: DispatcherLog) {
    self.layout = layout
    self.place = place
    self.log = log
    files = HandlerLogFiles(layout: layout)
  }

  /// Opens the place for a run; the caller's to close.
  func open(_ chat: ChatID) throws(Errno) -> Descriptor {
    inFile.remove(chat)
    if place == .journal, let stream = stream(chat) { return stream }
    inFile.insert(chat)
    return try files.open(chat)
  }

  /// Whether the chat's last run writes to its file, as far as this dispatcher knows.
  func isInFile(_ chat: ChatID) -> Bool { place == .file || inFile.contains(chat) }

  /// Cuts the chat's file when it has grown too large.
  func trim(_ chat: ChatID) { if isInFile(chat) { files.trim(chat) } }

  /// The last lines, for the record of a death.
  ///
  /// Nil for output in the journal: the dispatcher does not read it. `wg chat show` does.
  func lastLines(_ chat: ChatID) -> String? { isInFile(chat) ? files.lastLines(chat) : nil }

  /// A stream of the journal; nil where that cannot be had.
  ///
  /// A journal that does not read what it is sent is not connected to either, since that can block
  /// when very many connections wait. It falls behind in entries long before that many are made:
  /// each run has several.
  private func stream(_ chat: ChatID) -> Descriptor? {
    if log.isJournalStuck { return failed("it does not read what it is sent") }
    do throws(Errno) {
      let stream = try JournalStream.open(identifier: HandlerStream.identifier(chat.number))
      try stream.writeAll("\(HandlerStream.opening(chat.number, of: layout.root.string))\n".utf8)
      isFailing = false
      return stream
    } catch {
      return failed("\(error)")
    }
  }

  private func failed(_ reason: String) -> Descriptor? {
    if !isFailing {
      log.warn(
        .logOutput,
        "handlers' output goes to service/handler-N.log, the journal cannot be reached: \(reason)")
    }
    isFailing = true
    return nil
  }
}
