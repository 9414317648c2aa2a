internal import Glibc
public import JSONLines
internal import LinuxSystem
internal import SystemPackage

extension GraphFile {
  /// What to do when another program is writing.
  public enum Wait: Sendable {
    /// Wait for it; a writer holds the lock for as long as rewriting the file takes.
    case blocking
    /// Throw `locked`.
    case tryOnce
  }

  /// Reads, changes and replaces the graph under its lock.
  ///
  /// Nothing is written when `body` changes nothing or throws.
  ///
  /// The new graph is on the disk when this returns. Blocks for the lock (unless `.tryOnce`) and for
  /// the disk. Memory holds the chats and the changed rows, not the file.
  /// - Throws: `locked`; `notFound` when there is no graph; `noSpace` and others, which leave the
  ///   old graph as it was.
  @discardableResult
  public func modify<Result>(
    _ wait: Wait = .blocking, _ body: (inout GraphEditor) throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    let held = try acquireLock(wait)
    defer { withExtendedLifetime(held) {} }
    let source = try open()
    var editor = try GraphEditor(file: path, source: source)
    let result = try body(&editor)
    let replacements = editor.replacements
    let additions = editor.additions
    if !replacements.isEmpty || !additions.isEmpty {
      let rewrite = GraphRewrite(
        source: source, status: editor.status, replacements: replacements, additions: additions)
      try replaceFile(by: rewrite)
    }
    return result
  }

  /// Does what `modify` would do, without the lock and without writing anything.
  public func rehearse<Result>(
    _ body: (inout GraphEditor) throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    var editor = try GraphEditor(file: path, source: try openForReading())
    return try body(&editor)
  }

  private func acquireLock(_ wait: Wait) throws(StorageError) -> FileLock {
    let held = try StorageError.about(lock) { () throws(Errno) -> FileLock? in
      switch wait {
      case .blocking: try FileLock.acquire(lock)
      case .tryOnce: try FileLock.tryAcquire(lock)
      }
    }
    if let held { return held }
    throw StorageError(
      file: lock, kind: .locked, reason: "another program is writing the graph; try again")
  }

  /// Puts the new graph where the old one is; where that is a symbolic link, where it leads to.
  private func replaceFile(by rewrite: GraphRewrite) throws(StorageError) {
    let isReplaced = try StorageError.about(path) { () throws(Errno) in
      let target = try path.resolvingSymbolicLinks()
      let folder = target.removingLastComponent()
      removeLeftovers(in: folder)
      let temporary = folder.appending("\(Self.temporaryPrefix)\(getpid())")
      guard try publish(rewrite, temporary: temporary, target: target) else { return false }
      try AtomicFile.synchronizeDirectory(folder)
      return true
    }
    guard !isReplaced else { return }
    throw StorageError(
      file: path, kind: .locked,
      reason: "a program that does not take graph.lock changed the graph meanwhile; try again")
  }

  private static let temporaryPrefix = ".graph.tmp."

  /// Removes what writers left that were killed: all of them hold the lock that is ours now.
  ///
  /// Not where a link leads elsewhere, since other locks may count there.
  private func removeLeftovers(in folder: FilePath) {
    guard (try? lock.removingLastComponent().resolvingSymbolicLinks()) == folder else { return }
    for name in (try? Directory.names(in: folder)) ?? [] where name.hasPrefix(Self.temporaryPrefix)
    {
      _ = try? AtomicFile.remove(folder.appending(name))
    }
  }

  private func publish(
    _ rewrite: GraphRewrite, temporary: FilePath, target: FilePath
  ) throws(Errno) -> Bool {
    do throws(Errno) {
      try rewrite.write(to: temporary)
      if try rewrite.isCurrent(at: target) {
        try AtomicFile.rename(temporary, to: target)
        return true
      }
    } catch {
      _ = try? AtomicFile.remove(temporary)
      throw error
    }
    _ = try? AtomicFile.remove(temporary)
    return false
  }
}
