internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import TimeSpans

/// The connection that counts as a consumer of a chat, and over which the dispatcher tells what it
/// decides; made again when it is lost.
final class ChatLink {
  private let project: Project
  private let chat: ChatID
  private var client: DispatcherClient?
  /// The pause before the next attempt, in nanoseconds.
  private var pause = ChatLink.firstPause
  /// When to try again; `never` while there is a connection.
  private(set) var retryAt = Deadline.never

  private static let firstPause: Int64 = 250_000_000
  private static let longestPause: Int64 = 15_000_000_000
  /// Nothing that is typed is shown while an answer is waited for.
  static let patience = TimeSpan.seconds(1)

  /// Takes over a connection that is attached.
  init(_ client: DispatcherClient, to chat: ChatID, in project: Project) throws {
    self.project = project
    self.chat = chat
    _ = try client.demand(.subscribe, within: .seconds(10))
    self.client = client
  }

  var isConnected: Bool { client != nil }
  /// Readable when there is news.
  var descriptor: Descriptor? { client?.descriptor }

  /// Takes in what the dispatcher has said; true when it may concern the chat.
  func hasNews() -> Bool {
    guard let client else { return false }
    var isOurs = false
    do {
      while let frame = try client.next(until: .now) {
        switch EventFrame(frame) {
        case .decision(let row): if concerns(row) { isOurs = true }
        // Somebody who types does not mind what was missed, only how things are now.
        case .dropped: return lose()
        case nil: continue
        }
      }
    } catch {
      return lose()
    }
    return isOurs
  }

  private func concerns(_ row: JSONValue) -> Bool {
    (try? DecisionRow(row))?.chat == chat.number
  }

  private func lose() -> Bool {
    client = nil
    pause = Self.firstPause
    retryAt = .after(nanoseconds: pause)
    return true
  }

  /// Connects again when it is time to; true when that has succeeded.
  ///
  /// Does not start a dispatcher: whoever stopped it meant it.
  func retry() -> Bool {
    guard retryAt.hasPassed else { return false }
    client = try? connect()
    pause = min(pause * 2, Self.longestPause)
    retryAt = client == nil ? .after(nanoseconds: pause) : .never
    return client != nil
  }

  private func connect() throws -> DispatcherClient? {
    guard let client = try project.dispatcher() else { return nil }
    _ = try client.demand(.attach(chat.number), within: Self.patience)
    _ = try client.demand(.subscribe, within: Self.patience)
    return client
  }
}
