public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// What `GraphFile.modify` hands to its caller: the chats of the graph, open to changes.
///
/// Changes are collected here and written in one go; rows that no change touches are copied byte
/// for byte.
public struct GraphEditor {
  let file: FilePath
  let source: Descriptor
  /// What the file was when the reading began; a change since then is somebody else's.
  let status: FileStatus
  private(set) var chatRows = ChatRows()
  private var otherEdits: [Int64: LocatedRow] = [:]

  /// The bad rows that were met while looking for chats.
  public private(set) var problems: [Problem] = []

  init(file: FilePath, source: Descriptor) throws(StorageError) {
    self.file = file
    self.source = source
    do throws(Errno) { status = try source.status() } catch { throw StorageError(error, file) }
    var chats = ChatRows()
    var scan = GraphScan(file: file, source: source)
    try scan.forEach(matching: .chats) { row throws(StorageError) in chats.add(row) }
    chatRows = chats
    problems = scan.problems
  }

  /// All chats as they will be written, in the order of the file.
  public var chats: [ChatRow] { chatRows.rows }

  /// The rows of one chat as they will be written, the one that stands for it first.
  public func rows(of number: UInt32) -> [ChatRow] { chatRows.rows(of: number) }

  /// Replaces the row that has this id.
  public mutating func replace(_ id: ChatTaskID, with row: ChatRow) {
    chatRows.replace(id, with: row)
  }

  /// Adds a row at the end of the graph.
  ///
  /// One whose id is that of a chat counts as such at once.
  public mutating func append(_ chat: ChatRow) { chatRows.append(chat) }

  /// Reads the file again and lets `edit` change every row, chat or not, that `filter` admits.
  ///
  /// Rows that it leaves equal are not written.
  public mutating func editRows(
    matching filter: LineFilter, _ edit: (inout TaskRow) -> Void
  ) throws(StorageError) {
    var scan = GraphScan(file: file, source: source)
    try scan.forEach(matching: filter) { located throws(StorageError) in
      editRow(located, edit)
    }
  }

  private mutating func editRow(_ located: LocatedRow, _ edit: (inout TaskRow) -> Void) {
    let chat = chatRows.row(at: located.offset)
    let old = chat?.task ?? otherEdits[located.offset]?.task ?? located.task
    var new = old
    edit(&new)
    guard new != old else { return }
    if let chat, let edited = ChatRow(new) {
      chatRows.replace(chat.id, with: edited)
    } else {
      var changed = located
      changed.task = new
      otherEdits[located.offset] = changed
    }
  }

  /// What has to be written, and where; in the order of the file.
  var replacements: [GraphReplacement] {
    let chats = chatRows.entries.filter(\.isEdited).compactMap { entry in
      entry.offset.map {
        GraphReplacement(offset: $0, length: entry.length, object: entry.row.object)
      }
    }
    let others = otherEdits.values.map {
      GraphReplacement(offset: $0.offset, length: $0.length, object: $0.task.object)
    }
    return (chats + others).sorted { $0.offset < $1.offset }
  }

  /// The rows that have no place in the file yet.
  var additions: [JSONObject] {
    chatRows.entries.filter { $0.offset == nil }.map(\.row.object)
  }
}

/// A stretch of the old file that another row takes the place of.
struct GraphReplacement {
  let offset: Int64
  let length: Int
  let object: JSONObject
}
