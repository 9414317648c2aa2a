internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// New rows of a chat's files as they come, without polling.
final class MessageFollower {
  private let watcher: FileWatcher
  private var logs: [(log: MessageLog, offset: Int64)] = []
  /// Where it began in each file: what is before, and nothing else, is history.
  let start: [MessageLog.Box: Int64]

  /// Readable when there may be new rows.
  var descriptor: Descriptor { watcher.descriptor }

  /// Starts behind the last whole row that the files hold now.
  init(directory: FilePath, _ boxes: [MessageLog.Box]) throws {
    watcher = try FileWatcher()
    _ = try watcher.watch(directory, for: [.modified, .created, .movedIn, .deleted])
    logs = try boxes.map { box in
      let log = MessageLog(directory: directory, box)
      return (log, try log.end())
    }
    start = Dictionary(uniqueKeysWithValues: logs.map { ($0.log.box, $0.offset) })
  }

  /// Waits for new rows; nil when none came before the deadline.
  func next(until deadline: Deadline) throws -> [(MessageLog.Box, ChatMessage)]? {
    while true {
      let found = try read()
      if !found.isEmpty { return found }
      guard try watcher.descriptor.wait(for: .readable, until: deadline) else { return nil }
      while try !watcher.read().isEmpty {}
    }
  }

  private func read() throws -> [(MessageLog.Box, ChatMessage)] {
    var found: [(MessageLog.Box, ChatMessage)] = []
    for index in logs.indices {
      let log = logs[index].log
      let offset = try startOffset(logs[index])
      logs[index].offset = try log.forEach(from: offset) { message throws(StorageError) in
        found.append((log.box, message))
      }
    }
    return found
  }

  /// A file that is shorter than it was is another one.
  private func startOffset(_ entry: (log: MessageLog, offset: Int64)) throws -> Int64 {
    let size = try FileStatus.of(entry.log.path)?.size ?? 0
    return size < entry.offset ? 0 : entry.offset
  }
}
