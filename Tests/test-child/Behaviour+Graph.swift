import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  /// Adds tasks to a graph one by one, each with a rewrite of the whole file, as the existing program
  /// makes it: all rows loaded under the lock, in random order into `.graph.tmp.PID`, fsync, rename.
  func rewriteGraph(_ arguments: Arguments) throws {
    let folder = FilePath(try arguments.text(0))
    for number in 0..<(try arguments.number(1)) {
      let lock = try FileLock.acquire(folder.appending("graph.lock"))
      let graph = folder.appending("graph.jsonl")
      var rows = try Descriptor.open(graph, flags: O_RDONLY).readToEnd()
        .split(separator: UInt8(ascii: "\n")).map(Array.init)
      let id = "other-\(getpid())-\(number)"
      rows.append(
        Array("{\"kind\":\"task\",\"id\":\"\(id)\",\"title\":\"t\",\"status\":\"open\"}".utf8))
      let temporary = folder.appending(".graph.tmp.\(getpid())")
      let file = try Descriptor.open(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
      try file.writeAll(rows.shuffled().flatMap { $0 + [UInt8(ascii: "\n")] })
      try file.synchronize()
      try AtomicFile.rename(temporary, to: graph)
      withExtendedLifetime(lock) {}
      say(id)
    }
  }
}
