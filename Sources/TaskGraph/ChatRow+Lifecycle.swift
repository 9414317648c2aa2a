internal import JSONLines

// Each step answers with the row as it will be, or with nil when nothing has to change, so that
// doing a step again writes nothing.
extension ChatRow {
  /// Done, tagged `archived`, without a loop tag: what every wg program takes for "do not run
  /// this".
  ///
  /// A deleted chat stays deleted.
  public func archived(_ message: String, by change: GraphChange) -> ChatRow? {
    guard !isFullyArchived, status != .abandoned else { return nil }
    var row = self
    row.task.set(.done)
    let kept = tags.filter { !ChatTag.loops.contains($0) && $0 != ChatTag.archived }
    row.task.setStrings("tags", kept + [ChatTag.archived])
    row.task.record(message, by: change)
    return row
  }

  /// Abandoned; the tags stay, as the existing program leaves them.
  public func deleted(_ message: String, by change: GraphChange) -> ChatRow? {
    guard status != .abandoned else { return nil }
    var row = self
    row.task.set(.abandoned)
    row.task.record(message, by: change)
    return row
  }

  /// In progress again, with its loop tag, not archived.
  public func restored(_ message: String, by change: GraphChange) -> ChatRow? {
    guard isRetired || !hasLoopTag else { return nil }
    var row = self
    row.task.set(.inProgress)
    let kept = tags.filter { $0 != ChatTag.archived }
    row.task.setStrings("tags", hasLoopTag ? kept : [ChatTag.loop] + kept)
    row.task.record(message, by: change)
    return row
  }

  /// Titled with a name that a person gave.
  public func named(_ name: String, by change: GraphChange) -> ChatRow? {
    let title = ChatTitle.of(number, name: name)
    guard title != self.title else { return nil }
    var row = self
    row.task.setText("title", title)
    row.task.record("Chat \(number) renamed", by: change)
    return row
  }

  /// The row under the id that new rows have, with today's title and tags.
  ///
  /// Nil when it has them.
  func renamed(by change: GraphChange) -> ChatRow? {
    guard isLegacy else { return nil }
    var object = task.object
    let new = ChatTaskID(number: number).text
    object["id"] = .text(new)
    var renamed = TaskRow(object)
    renamed.migrateTitle()
    renamed.migrateTags()
    renamed.record("wg migrate chat-rename: renamed task id \(id.text) -> \(new)", by: change)
    return ChatRow(renamed)
  }

  /// Archived, with a link to the row that stands for the chat now.
  func superseded(by change: GraphChange) -> ChatRow? {
    let link = ChatTaskID(number: number).text
    let links = task.strings("superseded_by")
    guard !isRetired || hasLoopTag || !links.contains(link) else { return nil }
    let message = "wg migrate chat-rename: \(link) stands for this chat"
    var row = archived(message, by: change) ?? self
    if row == self { row.task.record(message, by: change) }
    if !links.contains(link) { row.task.setStrings("superseded_by", links + [link]) }
    row.task.setStrings("tags", row.tags.filter { !ChatTag.loops.contains($0) })
    return row
  }

  private var isFullyArchived: Bool { status == .done && isArchived && !hasLoopTag }
}
