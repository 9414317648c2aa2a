internal import Glibc
internal import LinuxSystem
public import SystemPackage

/// A journal with entries of the test's own, as systemd-journal-remote(8) writes it.
public struct JournalFixture {
  /// Goes away with this value.
  public let directory: TemporaryDirectory
  /// Where the journal's file is.
  public var folder: FilePath { directory.file("journal") }

  /// A second after another, in the order given.
  public init(_ entries: [[String: String]]) throws {
    try self.init(
      raw: entries.map { $0.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value.utf8)) } })
  }

  public init(raw entries: [[(name: String, value: [UInt8])]]) throws {
    directory = try TemporaryDirectory()
    try Directory.create(directory.file("journal"))
    try append(entries, as: "one.journal")
  }

  /// When the entry of this number, counted from 1, was received: nanoseconds since 1970.
  public static func time(of number: Int) -> Int64 {
    1_777_315_256_000_000_000 + Int64(number) * 1_000_000_000
  }

  /// Another file, with entries that come after those of the first by `first` seconds.
  public func append(
    _ entries: [[(name: String, value: [UInt8])]], as name: String, first: Int = 1
  ) throws {
    var text: [UInt8] = []
    for (index, entry) in entries.enumerated() {
      text += Self.export(entry, number: first + index)
    }
    let source = directory.file("\(name).export")
    try Descriptor.open(source, flags: O_WRONLY | O_CREAT | O_TRUNC).writeAll(text)
    let child = try Spawn.run(
      SpawnRequest(
        executable: "/lib/systemd/systemd-journal-remote",
        arguments: [
          "systemd-journal-remote", "--output=\(folder.appending(name))", source.string,
        ], environment: CurrentProcess.environment()))
    guard
      try child.descriptor.descriptor.wait(
        for: .readable, until: .after(nanoseconds: 20_000_000_000)),
      try child.descriptor.reap() == .exited(0)
    else { throw FaultError("systemd-journal-remote failed (package systemd-journal-remote)") }
  }

  /// The journal's export format: every field with its length, so that any bytes will do.
  private static func export(_ entry: [(name: String, value: [UInt8])], number: Int) -> [UInt8] {
    let microseconds = time(of: number) / 1000
    var bytes = Array(
      "__REALTIME_TIMESTAMP=\(microseconds)\n__MONOTONIC_TIMESTAMP=\(number)000000\n".utf8)
    bytes += Array("_BOOT_ID=4d6cbc6e8b8a4fddb013f024b4f8c33d\n".utf8)
    for field in entry {
      bytes += Array("\(field.name)\n".utf8)
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: UInt64(field.value.count) >> UInt64(shift)))
      }
      bytes += field.value + [UInt8(ascii: "\n")]
    }
    return bytes + [UInt8(ascii: "\n")]
  }
}
