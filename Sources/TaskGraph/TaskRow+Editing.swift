internal import JSONLines

extension TaskRow {
  /// Sets the status in the row; other members stay.
  mutating func set(_ status: TaskStatus) { object["status"] = .text(status.spelling) }

  /// Sets an array of strings; an empty one takes the member out, as every wg program writes it.
  mutating func setStrings(_ key: String, _ strings: [String]) {
    let array = JSONValue.array(strings.map { .text($0) })
    object[key] = strings.isEmpty ? Optional.none : array
  }

  /// Sets a string; an empty one takes the member out, as every wg program writes it.
  mutating func setText(_ key: String, _ text: String) {
    object[key] = text.isEmpty ? Optional.none : JSONValue.text(text)
  }

  /// Gives a legacy title today's words.
  ///
  /// Answers whether it changed.
  @discardableResult
  mutating func migrateTitle() -> Bool {
    guard let new = ChatTitle.migrated(title) else { return false }
    object["title"] = .text(new)
    return true
  }

  /// Replaces the legacy loop tag.
  ///
  /// Answers whether it was there.
  @discardableResult
  mutating func migrateTags() -> Bool {
    guard tags.contains(ChatTag.legacyLoop) else { return false }
    var seen: Set<String> = []
    let renamed = tags.map { $0 == ChatTag.legacyLoop ? ChatTag.loop : $0 }
    setStrings("tags", renamed.filter { seen.insert($0).inserted })
    return true
  }

  /// Renames the tasks that this row's edges lead to.
  ///
  /// Answers how many edges changed.
  mutating func renameEdges(_ names: [String: String]) -> Int {
    var count = 0
    for key in ["after", "before", "blocked_by", "blocks"] {
      let old = object[key]?.array ?? []
      let new = old.map { edge in
        edge.string.flatMap { names[$0] }.map { JSONValue.text($0) } ?? edge
      }
      let changed = zip(old, new).count { $0 != $1 }
      if changed > 0 { object[key] = .array(new) }
      count += changed
    }
    return count
  }
}
