internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem

/// Follows the dispatcher: is told when something is decided, and then asks how the chats are.
///
/// Without one it costs nothing: `retry` is called when the files say that one may have come.
final class ProjectLink {
  /// What it came to, for the screen.
  enum News {
    case state(LinkState)
    case chats([ChatStatus])
  }

  private let place: ProjectPlace
  private var stream: ControlStream?
  private var state = LinkState.connecting
  /// An answer to `status` is on its way, since then.
  private var askedAt: Int64?
  /// When to ask next; nil when nothing is new.
  private var askDue: Int64?
  private var retryDue: Int64?
  /// Tries since the last answer.
  private var tries = 0

  /// Nanoseconds.
  ///
  /// Decisions come in groups; one answer tells of all.
  private static let gathering: Int64 = 50_000_000
  private static let firstRetry: Int64 = 50_000_000
  /// Tries after a sign of life; they double, the last comes some seconds after it.
  private static let retryLimit = 7
  /// A dispatcher that does not answer for so long is shown as none.
  private static let patience: Int64 = 5_000_000_000

  init(_ place: ProjectPlace) { self.place = place }

  var descriptor: Descriptor? { stream?.descriptor }

  var deadline: Int64? {
    let silence = state == .down ? nil : askedAt.map { $0 + Self.patience }
    return [askedAt == nil ? askDue : nil, retryDue, silence].compactMap(\.self).min()
  }

  /// Asks soon how the chats are.
  func ask(at now: Int64) {
    if stream != nil, askDue == nil { askDue = now + Self.gathering }
  }

  /// Something about the dispatcher has changed.
  func retry(at now: Int64) -> [News] {
    guard stream == nil else { return [] }
    tries = 0
    return connect(at: now)
  }

  /// What is due.
  func tick(at now: Int64) -> [News] {
    if let due = retryDue, due <= now { return connect(at: now) }
    if let since = askedAt, now - since >= Self.patience { return become(.down) }
    if let due = askDue, due <= now, askedAt == nil { return askNow(at: now) }
    return []
  }

  func receive(at now: Int64) -> [News] {
    guard let stream else { return [] }
    guard let frames = stream.receive() else { return lose(at: now) }
    return frames.flatMap { take($0, at: now) }
  }
}

extension ProjectLink {
  private func connect(at now: Int64) -> [News] {
    retryDue = nil
    askDue = nil
    tries += 1
    stream = ControlStream(to: place.sockets, asking: [.subscribe, .status])
    if stream != nil {
      askedAt = now
      return []
    }
    retryLater(at: now)
    return become(.down)
  }

  private func retryLater(at now: Int64) {
    if tries < Self.retryLimit { retryDue = now + Self.firstRetry << Int64(max(0, tries - 1)) }
  }

  private func lose(at now: Int64) -> [News] {
    stream = nil
    askedAt = nil
    if tries == 0 { return become(.connecting) + connect(at: now) }
    // One that takes connections and ends them must not be asked without end.
    retryLater(at: now)
    return become(.down)
  }

  private func askNow(at now: Int64) -> [News] {
    askDue = nil
    guard stream?.send(.status) == true else { return lose(at: now) }
    askedAt = now
    return []
  }

  private func take(_ frame: JSONValue, at now: Int64) -> [News] {
    if frame["event"] != nil {
      if case .dropped? = EventFrame(frame) { return lose(at: now) }
      ask(at: now)
      return []
    }
    guard let answer = try? ControlResponse(frame), answer.failure == nil else {
      return become(.down)
    }
    // Of the two requests that are made, only this one is answered with chats.
    guard frame["chats"] != nil else { return [] }
    askedAt = nil
    guard let status = try? ServiceStatus(payload: answer.payload) else { return become(.down) }
    tries = 0
    return become(.connected) + [.chats(status.chats)]
  }

  private func become(_ new: LinkState) -> [News] {
    if new == .down && stream != nil { askedAt = nil }
    guard new != state else { return [] }
    state = new
    return [.state(new)]
  }
}
