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
  private var newTasks: [TaskRow] = []
  private var removals: [Int64: Int] = [:]

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

  /// Adds the row of a task that is no chat at the end of the graph.
  public mutating func append(_ task: NewTask, by change: GraphChange) {
    newTasks.append(TaskRow(task.row(by: change)))
  }

  /// The tasks in lines that `filter` admits, as they stand in the file: the last row of each id, where
  /// the first one is.
  public func tasksInOrder(
    matching filter: LineFilter = .everything
  ) throws(StorageError) -> [TaskRow] {
    var rows: [TaskRow] = []
    var places: [String: Int] = [:]
    var scan = GraphScan(file: file, source: source)
    try scan.forEach(matching: filter) { located throws(StorageError) in
      guard located.task.kind == "task", !located.task.id.isEmpty else { return }
      if let place = places[located.task.id] {
        rows[place] = located.task
      } else {
        places[located.task.id] = rows.count
        rows.append(located.task)
      }
    }
    return rows
  }

  /// Changes one task, chat or not; of several rows with its id the last, which is the one that counts.
  ///
  /// `edit` answers nil for a row that stays as it is. The answer is the row as it will be, or nil when
  /// there is no such task.
  public mutating func editTask(
    _ id: String, _ edit: (TaskRow) throws(StorageError) -> TaskRow?
  ) throws(StorageError) -> TaskRow? {
    var last: LocatedRow?
    var scan = GraphScan(file: file, source: source)
    try scan.forEach(matching: .task(id)) { row throws(StorageError) in
      if row.task.id == id { last = row }
    }
    guard let last else { return nil }
    guard let new = try edit(last.task) else { return last.task }
    editRow(last) { $0 = new }
    return new
  }

  /// Takes these tasks out of the graph, with every row of a task that has one of their ids.
  ///
  /// Rows of another kind stay, whatever their id.
  public mutating func remove(_ ids: Set<String>) throws(StorageError) {
    var scan = GraphScan(file: file, source: source)
    try scan.forEach(matching: .everything) { row throws(StorageError) in
      if row.task.kind == "task", ids.contains(row.task.id) { removals[row.offset] = row.length }
    }
  }

  /// What has to be written, and where; in the order of the file.
  var replacements: [GraphReplacement] {
    let removed = removals.map { GraphReplacement(offset: $0.key, length: $0.value, object: nil) }
    let edited = edits.filter { removals[$0.offset] == nil }
    return (removed + edited).sorted { $0.offset < $1.offset }
  }

  private var edits: [GraphReplacement] {
    let chats = chatRows.entries.filter(\.isEdited).compactMap { entry in
      entry.offset.map {
        GraphReplacement(offset: $0, length: entry.length, object: entry.row.object)
      }
    }
    let others = otherEdits.values.map {
      GraphReplacement(offset: $0.offset, length: $0.length, object: $0.task.object)
    }
    return chats + others
  }

  /// The rows that have no place in the file yet.
  var additions: [JSONObject] {
    chatRows.entries.filter { $0.offset == nil }.map(\.row.object) + newTasks.map(\.object)
  }
}

/// A stretch of the old file that another row takes the place of.
struct GraphReplacement {
  let offset: Int64
  let length: Int
  /// Nil for a row that goes, with its line end.
  let object: JSONObject?
}
