public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// `archive.jsonl`: finished tasks that were moved out of the graph.
///
/// A row is written there and on the disk before the graph loses it. A crash in between leaves it in
/// both, and the next time it is written again: of several rows with one id the last counts.
public struct TaskArchive: Sendable {
  public let path: FilePath
  /// The file that is locked for appending.
  public let lock: FilePath

  public init(path: FilePath, lock: FilePath) {
    self.path = path
    self.lock = lock
  }

  /// Moves those of the tasks that `isWanted` picks, and answers them in the order of the graph.
  ///
  /// Blocks for the locks and the disk. With `rehearses` nothing is written.
  public func move(
    from graph: GraphFile, rehearses: Bool = false, _ isWanted: (TaskRow) -> Bool
  ) throws(StorageError) -> [TaskRow] {
    if rehearses {
      return try graph.rehearse { editor throws(StorageError) in
        try Self.finished(&editor, isWanted)
      }
    }
    return try graph.modify { editor throws(StorageError) in
      let tasks = try Self.finished(&editor, isWanted)
      try AppendFile.append(rows: tasks.map { $0.object.encoded() }, to: path, lock: lock)
      if !tasks.isEmpty { try editor.remove(Set(tasks.map(\.id))) }
      return tasks
    }
  }

  /// Those that are wanted and that no unfinished task waits for: who looks at such a one later must
  /// find what came before it.
  private static func finished(
    _ editor: inout GraphEditor, _ isWanted: (TaskRow) -> Bool
  ) throws(StorageError) -> [TaskRow] {
    let tasks = try editor.tasksInOrder()
    let needed = Set(tasks.filter { !$0.status.finishesDependency }.flatMap(\.after))
    return tasks.filter { isWanted($0) && !needed.contains($0.id) }
  }
}
