internal import Glibc
internal import SystemPackage

/// What `/proc/PID/stat` says of a process, as far as it is needed here.
///
/// `proc(5)`.
public struct ProcessStatus: Equatable, Sendable {
  public let pid: Int32
  /// The name of the program's file, cut to 15 bytes; the process can change it to anything.
  public let name: String
  /// `R`unning, `S`leeping, `D`isk sleep (cannot be killed now), `Z`ombie, s`T`opped, ….
  public let state: Character
  public let parent: Int32
  public let group: Int32
  public let session: Int32
  /// Clock ticks between boot and the start of the process.
  public let startTicks: UInt64

  /// Of the process with this number; nil when there is none.
  public static func of(_ pid: Int32) -> ProcessStatus? {
    guard pid > 0, let line = ProcessFolder.read("\(pid)/stat") else { return nil }
    return parse(line)
  }

  /// Parses one line; nil when it is not of that form.
  ///
  /// The name stands in parentheses and may itself hold spaces, parentheses and newlines, so it
  /// ends at the last `)` of the line.
  static func parse(_ line: [UInt8]) -> ProcessStatus? {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")),
      let close = line.lastIndex(of: UInt8(ascii: ")")), open < close,
      let pid = number(line[..<open].split(separator: UInt8(ascii: " ")).first, Int32.self)
    else { return nil }
    let name = String(decoding: line[(open + 1)..<close], as: UTF8.self)
    return parse(rest: line[(close + 1)...], pid: pid, name: name)
  }

  /// The fields from the third of proc(5) on.
  private static func parse(
    rest: ArraySlice<UInt8>, pid: Int32, name: String
  ) -> ProcessStatus? {
    let fields = rest.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    // One field more than is read, so that the last one is whole.
    guard fields.count > 20, let state = fields[0].first,
      let parent = number(fields[1], Int32.self), let group = number(fields[2], Int32.self),
      let session = number(fields[3], Int32.self), let start = number(fields[19], UInt64.self)
    else { return nil }
    return ProcessStatus(
      pid: pid, name: name, state: Character(Unicode.Scalar(state)), parent: parent, group: group,
      session: session, startTicks: start)
  }

  private static func number<Number: FixedWidthInteger>(
    _ text: ArraySlice<UInt8>?, _: Number.Type
  ) -> Number? {
    text.flatMap { Number(String(decoding: $0, as: UTF8.self)) }
  }
}

/// Reading below `/proc`, where a file can vanish at any moment.
enum ProcessFolder {
  static func read(_ name: String) -> [UInt8]? {
    let path = FilePath("/proc").appending(name)
    return try? Descriptor.open(path, flags: O_RDONLY).readToEnd()
  }

  /// The numbers that the folder has entries for: processes, threads or descriptors.
  static func numbers(in name: String) -> [Int32]? {
    let names = try? Directory.names(in: FilePath("/proc").appending(name))
    return names.map { $0.compactMap { Int32($0) } }
  }
}
