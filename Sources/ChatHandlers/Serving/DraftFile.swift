internal import ChatStorage
internal import SystemPackage

/// Shows the answer that is being made to those who watch the chat.
///
/// At most twenty times a second, less often while the text is long: what is written in a second is
/// bounded. Nothing is written, and no deadline stands, while the text stays as it is.
struct DraftFile {
  private static let interval: Int64 = 50_000_000
  /// A text of this size is written half as often.
  private static let pacedSize = 64 << 10

  private let text: StreamingText
  private let token: SessionToken?
  private var shownVersion = 0
  private var nextWrite: Int64 = 0
  private var isShown = false
  /// When there is something to write that is not written yet.
  private(set) var deadline: Int64?

  /// Removes what a run that was killed has left.
  init(_ directory: FilePath, token: SessionToken?) {
    self.token = token
    text = StreamingText(directory: directory)
    text.remove()
  }

  /// A turn begins.
  mutating func begin(version: Int) { shownVersion = version }

  /// Writes the draft when it has changed and it is time.
  mutating func show(version: Int, at now: Int64, _ draft: () -> String) {
    if version == shownVersion {
      deadline = nil
    } else if now < nextWrite {
      deadline = nextWrite
    } else {
      write(draft(), at: now)
      shownVersion = version
      deadline = nil
    }
  }

  /// Nothing is added at present.
  mutating func rest() { deadline = nil }

  private mutating func write(_ draft: String, at now: Int64) {
    let size = min(draft.utf8.count, StreamingText.sizeLimit)
    nextWrite = now + DraftFile.interval * Int64(1 + size / DraftFile.pacedSize)
    // A view, no more: where it cannot be written, the answer still comes.
    if isCurrent { isShown = (try? text.write(draft)) != nil || isShown }
  }

  /// The turn is over.
  mutating func end() {
    deadline = nil
    if isShown && isCurrent { text.remove() }
    isShown = false
  }

  /// Another run's draft is left alone.
  private var isCurrent: Bool { token.map { (try? $0.check()) != nil } ?? true }
}
