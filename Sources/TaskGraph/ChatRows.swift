/// The chats of a scan: the last row of each id, in the order of the file, found by number.
struct ChatRows {
  struct Entry {
    /// Nil for a row that is not in the file yet.
    let offset: Int64?
    let length: Int
    var row: ChatRow
    var isEdited = false
  }

  private(set) var entries: [Entry] = []
  private var indexes: [ChatTaskID: Int] = [:]
  private var indexesByNumber: [UInt32: [Int]] = [:]
  private var indexesByOffset: [Int64: Int] = [:]

  var rows: [ChatRow] { entries.map(\.row) }

  /// Takes a row in; a later one replaces an earlier one with the same id.
  mutating func add(_ located: LocatedRow) {
    guard let row = ChatRow(located.task) else { return }
    let entry = Entry(offset: located.offset, length: located.length, row: row)
    if let index = indexes[row.id] {
      entries[index].offset.map { indexesByOffset[$0] = nil }
      entries[index] = entry
      indexesByOffset[located.offset] = index
    } else {
      insert(entry)
    }
  }

  /// Takes in a row that will be appended to the file.
  mutating func append(_ row: ChatRow) {
    insert(Entry(offset: nil, length: 0, row: row, isEdited: true))
  }

  /// The rows of one chat, the one that stands for it first.
  func rows(of number: UInt32) -> [ChatRow] {
    (indexesByNumber[number] ?? []).map { entries[$0].row }
      .sorted { $0.id.precedence < $1.id.precedence }
  }

  /// Replaces the row that has this id; the new one may have another.
  mutating func replace(_ id: ChatTaskID, with row: ChatRow) {
    guard let index = indexes[id], entries[index].row != row else { return }
    entries[index].row = row
    entries[index].isEdited = true
    guard row.id != id else { return }
    indexes[id] = nil
    indexes[row.id] = index
    indexesByNumber[id.number]?.removeAll { $0 == index }
    indexesByNumber[row.number, default: []].append(index)
  }

  /// The chat whose row stands at this place in the file; nil when it is another row.
  func row(at offset: Int64) -> ChatRow? { indexesByOffset[offset].map { entries[$0].row } }

  private mutating func insert(_ entry: Entry) {
    indexes[entry.row.id] = entries.count
    indexesByNumber[entry.row.number, default: []].append(entries.count)
    entry.offset.map { indexesByOffset[$0] = entries.count }
    entries.append(entry)
  }
}
