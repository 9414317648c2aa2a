import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What lets go of a lock is waited for: a process that another suite starts meanwhile has the lock's
/// descriptor too, until it executes its program.
@Suite struct SessionLockTests {
  private func acquire(_ folder: ScratchFolder) throws -> SessionLock? {
    switch try SessionLock.tryAcquire(folder.path) {
    case .acquired(let lock): lock
    case .held: nil
    }
  }

  private func holder(_ folder: ScratchFolder) throws -> LockHolder? {
    switch try SessionLock.tryAcquire(folder.path) {
    case .acquired: nil
    case .held(let holder): holder
    }
  }

  private func now(plus seconds: Int64 = 0) -> String {
    Timestamp.rfc3339(Clock.wall + seconds * 1_000_000_000)
  }

  @Test func `a free session is acquired and names this process in three lines`() throws {
    let folder = try ScratchFolder()
    let lock = try #require(try acquire(folder))
    let lines = try folder.text(".handler.pid").split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 4)
    #expect(lines[0] == "\(getpid())")
    #expect(Timestamp.parse(String(lines[1])) != nil)
    #expect(lines[2] == "wg")
    #expect(lock.descriptor != nil)
  }

  @Test func `a second one is told who holds it`() throws {
    let folder = try ScratchFolder()
    let lock = try #require(try acquire(folder))
    try lock.publish(pid: 4711, kind: "chat-nex")
    let held = try #require(try holder(folder))
    #expect(held.pid == 4711)
    #expect(held.kind == "chat-nex")
    #expect(throws: StorageError.self) { try lock.publish(pid: 1, kind: "a\nb") }
    lock.close()
    #expect(lock.descriptor == nil)
    #expect(try eventually { try acquire(folder) != nil })
  }

  @Test func `a child that inherits the lock keeps it until it dies`() throws {
    let folder = try ScratchFolder()
    let lock = try #require(try acquire(folder))
    let child = ChildProcess.idle(inheriting: [try #require(lock.descriptor)])
    try lock.publish(pid: child.pid)
    lock.close()
    #expect(try holder(folder)?.pid == child.pid)
    #expect(try SessionLock.holder(folder.path)?.pid == child.pid)
    #expect(try eventually { try SessionLock.openers(folder.path) == [child.pid] })
    #expect(try !SessionLock.removeStale(folder.path))
    child.kill()
    child.waitUntilZombie()
    #expect(try eventually { try SessionLock.holder(folder.path) == nil })
    #expect(try eventually { try SessionLock.removeStale(folder.path) })
    #expect(try folder.names().isEmpty)
    #expect(try eventually { try acquire(folder) != nil })
  }

  /// The kernel lets go of a lock a moment after its holder's end can be seen.
  private func staleLock(_ folder: ScratchFolder) throws -> SessionLock {
    var lock: SessionLock?
    #expect(
      try eventually {
        lock = try SessionLock.takeStale(folder.path)
        return lock != nil
      })
    return try #require(lock)
  }

  @Test func `the lock of a dead holder is taken over, given to the next one, or removed`() throws {
    let folder = try ScratchFolder()
    #expect(try SessionLock.takeStale(folder.path) == nil, "there is none")
    let lock = try #require(try acquire(folder))
    let child = ChildProcess.idle(inheriting: [try #require(lock.descriptor)])
    try lock.publish(pid: child.pid)
    lock.close()
    #expect(try SessionLock.takeStale(folder.path) == nil, "its holder lives")
    child.kill()
    child.waitUntilZombie()
    let taken = try staleLock(folder)
    #expect(try SessionLock.holder(folder.path)?.kind == SessionLock.ownKind)
    let heir = ChildProcess.idle(inheriting: [try #require(taken.descriptor)])
    try taken.publish(pid: heir.pid)
    taken.close()
    #expect(try SessionLock.holder(folder.path)?.pid == heir.pid)
    #expect(try SessionLock.takeStale(folder.path) == nil, "its holder lives")
    heir.kill()
    heir.waitUntilZombie()
    try staleLock(folder).discard()
    #expect(try folder.names().isEmpty)
    #expect(try eventually { try acquire(folder) != nil })
  }

  @Test(arguments: [false, true])
  func `a file that has another name as well is left as it is`(isTakenOver: Bool) throws {
    let folder = try ScratchFolder()
    let text = "{\"chat_id\": 1}\n"
    let path = try folder.write(text, to: "chat-1.json")
    try systemCall {
      path.withPlatformString { file in
        SessionLock.file(in: folder.path).withPlatformString { link(file, $0) }
      }
    }
    if isTakenOver {
      #expect(try SessionLock.takeStale(folder.path) == nil)
      #expect(try folder.names() == ["chat-1.json"])
    }
    let lock = try #require(try acquire(folder))
    #expect(try folder.text(".handler.pid").hasPrefix("\(getpid())\n"))
    #expect(try folder.text("chat-1.json") == text)
    lock.close()
  }

  @Test func `a lock whose file names a dead process is still a lock`() throws {
    let folder = try ScratchFolder()
    let lock = try #require(try acquire(folder))
    let child = ChildProcess.idle(inheriting: [try #require(lock.descriptor)])
    let dead = ChildProcess("exit 0")
    dead.waitUntilZombie()
    try lock.publish(pid: dead.pid)
    lock.close()
    #expect(try holder(folder)?.pid == dead.pid)
    #expect(try !SessionLock.removeStale(folder.path))
    #expect(try eventually { try SessionLock.openers(folder.path) == [child.pid] })
  }

  @Test func `who only has the file open holds nothing`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("4000000\n2026-04-27T18:00:00Z\nadapter\n", to: ".handler.pid")
    let reader = try Descriptor.open(path, flags: O_RDWR)
    let child = ChildProcess.idle(inheriting: [reader])
    #expect(try SessionLock.openers(folder.path).isEmpty)
    #expect(
      try SessionLock.standing(folder.path)
        == .stale(LockHolder(pid: 4_000_000, startedAt: "2026-04-27T18:00:00Z", kind: "adapter")))
    // With a lock on the same open file the child is the one to ask.
    let lock = try FileLock.tryAcquire(reader)
    #expect(lock != nil)
    guard case .held(let holder) = try SessionLock.standing(folder.path) else {
      Issue.record("the child holds it")
      return
    }
    #expect(holder.pid == child.pid)
  }

  @Test func `a living process of the existing program holds it without a lock`() throws {
    let folder = try ScratchFolder()
    let child = ChildProcess.idle()
    let text = "\(child.pid)\n\(now(plus: 1))\nchat-nex\n"
    try folder.write(text, to: ".handler.pid")
    #expect(
      try holder(folder)
        == LockHolder(
          pid: child.pid, startedAt: String(text.split(separator: "\n")[1]), kind: "chat-nex"))
    #expect(try !SessionLock.removeStale(folder.path))
    #expect(try folder.text(".handler.pid") == text)
  }

  @Test func `a dead process, a zombie and a reused number hold nothing`() throws {
    let folder = try ScratchFolder()
    let zombie = ChildProcess("exit 0")
    zombie.waitUntilZombie()
    let later = ChildProcess.idle()
    let texts = [
      "\(zombie.pid)\n\(now(plus: 1))\nadapter\n", "\(later.pid)\n2020-01-01T00:00:00Z\nadapter\n",
      "4194305\n\(now())\nadapter\n", "0\n\n\n", "-1\n\n\n", "nonsense", "\0\0\0", "\n\n\n",
    ]
    for text in texts {
      try folder.write(text, to: ".handler.pid")
      #expect(try eventually { try acquire(folder) != nil }, "\(text)")
      try folder.write(text, to: ".handler.pid")
      #expect(try eventually { try SessionLock.removeStale(folder.path) }, "\(text)")
    }
  }

  @Test func `a young empty file belongs to whoever is about to write it`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("", to: ".handler.pid")
    #expect(try holder(folder)?.pid == 0)
    #expect(try !SessionLock.removeStale(folder.path))
    var times = [timeval(tv_sec: 1000, tv_usec: 0), timeval(tv_sec: 1000, tv_usec: 0)]
    utimes(path.string, &times)
    #expect(try eventually { try acquire(folder) != nil })
  }

  @Test func `an empty file from before nanoseconds count is not young`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("", to: ".handler.pid")
    // The year 1600, where the file system can tell it.
    let then = timeval(tv_sec: -11_676_096_000, tv_usec: 0)
    utimes(path.string, [then, then])
    #expect(try eventually { try acquire(folder) != nil })
  }

  @Test func `links and folders in its place are refused`() throws {
    let folder = try ScratchFolder()
    let path = folder.file(".handler.pid")
    symlink("/tmp/none", path.string)
    #expect { try SessionLock.tryAcquire(folder.path) } throws: {
      ($0 as? StorageError)?.kind == .notPermitted
    }
    unlink(path.string)
    mkdir(path.string, 0o755)
    #expect { try SessionLock.tryAcquire(folder.path) } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
    #expect { try SessionLock.tryAcquire(folder.file("none")) } throws: {
      ($0 as? StorageError)?.kind == .notFound
    }
  }

  @Test func `never do two hold it, while others remove what is stale`() throws {
    let folder = try ScratchFolder()
    let path = folder.path
    onThreads(8) { index in
      for _ in 0..<200 {
        if index >= 6 {
          #expect(throws: Never.self) { try SessionLock.removeStale(path) }
          continue
        }
        guard case .acquired(let lock)? = try? SessionLock.tryAcquire(path) else { continue }
        let marker = path.appending("marker")
        let descriptor = open(marker.string, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        #expect(descriptor >= 0, "two hold the lock")
        if descriptor >= 0 { close(descriptor) }
        unlink(marker.string)
        lock.close()
      }
    }
  }
}
