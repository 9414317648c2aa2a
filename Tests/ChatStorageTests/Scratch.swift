import Glibc
import JSONLines
import LinuxSystem
import SystemPackage

/// A folder for one test; gone when the test lets go of it.
final class ScratchFolder {
  let path: FilePath

  /// In memory, `/dev/shm`, for tests that synchronize many thousand times.
  init(in folder: FilePath = "/tmp") throws {
    path = folder.appending("wg-storage-\(getpid())-\(String(RandomBytes.word(), radix: 36))")
    try Directory.create(path)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: FilePath) {
    for name in (try? Directory.names(in: path)) ?? [] {
      let entry = path.appending(name)
      if unlink(entry.string) != 0 { remove(entry) }
    }
    rmdir(path.string)
  }

  func file(_ name: String) -> FilePath { path.appending(name) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> FilePath {
    try AtomicFile.replace(file(name), with: Array(text.utf8), durability: .atomic)
    return file(name)
  }

  /// Writes into the file that is there, as a program does that takes no care.
  func overwrite(_ name: String, with bytes: [UInt8]) throws {
    try Descriptor.open(file(name), flags: O_WRONLY | O_CREAT | O_TRUNC).writeAll(bytes)
  }

  func append(_ text: String, to name: String) throws {
    try Descriptor.open(file(name), flags: O_WRONLY | O_CREAT | O_APPEND).writeAll(
      Array(text.utf8))
  }

  func bytes(_ name: String) throws -> [UInt8] {
    try Descriptor.open(file(name), flags: O_RDONLY).readToEnd()
  }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func names(_ folder: String = "") throws -> [String] {
    try Directory.names(in: folder.isEmpty ? path : file(folder)).sorted()
  }
}

/// Random numbers that a seed determines (SplitMix64), so that a failure can be had again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Runs the body on that many threads at once and waits for all of them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  final class Job: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var threads: [pthread_t] = []
  for index in 0..<count {
    var thread = pthread_t()
    let job = Unmanaged.passRetained(Job { body(index) })
    let started = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, job.toOpaque())
    precondition(started == 0, "no thread could be started")
    threads.append(thread)
  }
  for thread in threads { pthread_join(thread, nil) }
}
