import Glibc
import LinuxSystem
import SystemPackage

/// A folder for one test; gone when the test lets go of it.
final class ScratchFolder {
  let path: FilePath

  init() throws {
    path = FilePath("/tmp/wg-jsonlines-\(getpid())-\(String(RandomBytes.word(), radix: 36))")
    try Directory.create(path)
  }

  deinit {
    for name in (try? Directory.names(in: path)) ?? [] {
      let entry = path.appending(name)
      if unlink(entry.string) != 0 { rmdir(entry.string) }
    }
    rmdir(path.string)
  }

  func file(_ name: String) -> FilePath { path.appending(name) }

  @discardableResult
  func write(_ text: String, to name: String = "rows.jsonl") throws -> FilePath {
    try write(Array(text.utf8), to: name)
  }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String = "rows.jsonl") throws -> FilePath {
    try AtomicFile.replace(file(name), with: bytes, durability: .atomic)
    return file(name)
  }

  func read(_ name: String = "rows.jsonl") throws -> String {
    String(decoding: try open(name).readToEnd(), as: UTF8.self)
  }

  func open(_ name: String = "rows.jsonl") throws -> Descriptor {
    try Descriptor.open(file(name), flags: O_RDONLY)
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
