internal import Glibc
internal import JSONLines
internal import LinuxSystem
public import SupervisionCore
public import SystemPackage

/// `service/decisions.jsonl`: every decision with its cause, bounded.
///
/// Rule 15.
///
/// The rows of a turn are written together. They are evidence, not state: losing the last ones in a
/// power cut loses no message, so nothing is synced.
public final class DecisionLog {
  private let files: RecordFiles
  private let limit: Int64
  private var file: Descriptor?
  private var size: Int64 = 0
  private var buffer: [UInt8] = []
  /// The last number given.
  public private(set) var sequence: UInt64
  /// What the last decision was made from, and its place among those made from it.
  private var event: (inputs: DecisionInputs?, step: Int) = (nil, 0)
  /// Is shown each row as it is made.
  public var observer: ((DecisionRow) -> Void)?

  /// Opens the file, or makes it; a file that cannot be had loses rows, never the dispatcher.
  ///
  /// - Parameter limit: bytes after which the file is moved aside; the one before it goes.
  public init(path: FilePath, limit: Int64 = 4 * 1024 * 1024) {
    files = RecordFiles(path)
    self.limit = limit
    // Without being able to read, numbers begin anew, and cursors with them.
    sequence = (try? files.lastSequence()) ?? 0
    open()
  }

  /// Makes the row of a decision; it is written at the end of the turn.
  @discardableResult
  public func append(
    _ decision: Decision, at time: Int64, pid: Int32? = nil, output: String? = nil
  ) -> DecisionRow {
    let isSameEvent = decision.inputs != nil && decision.inputs === event.inputs
    event = (decision.inputs, isSameEvent ? event.step + 1 : 0)
    sequence &+= 1
    let row = DecisionRow(
      decision, sequence: sequence, time: time, step: event.step, pid: pid, output: output)
    buffer += row.json.encoded()
    buffer.append(UInt8(ascii: "\n"))
    observer?(row)
    return row
  }

  /// Writes what the turn gathered.
  public func flush() {
    guard !buffer.isEmpty else { return }
    event = (nil, 0)
    if file == nil { open() }
    if size >= limit { rotate() }
    // What cannot be rotated must not grow without end.
    if size / 2 < limit { write() }
    buffer.removeAll(keepingCapacity: buffer.count < 64 * 1024)
  }

  private func write() {
    do {
      try file?.writeAll(buffer)
      size += Int64(buffer.count)
    } catch {
      // No half row stays behind, so that the next one starts on a line of its own.
      try? file?.truncate(to: size)
    }
  }

  private func open() {
    file = try? Descriptor.open(
      files.path, flags: O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
    size = (try? file?.status().size) ?? 0
    endTornRow()
  }

  /// An earlier dispatcher may have died within a write.
  private func endTornRow() {
    guard let file, size > 0, let last = try? file.read(at: size - 1, count: 1),
      last != [UInt8(ascii: "\n")]
    else { return }
    if (try? file.writeAll([UInt8(ascii: "\n")])) != nil { size += 1 }
  }

  private func rotate() {
    do throws(Errno) {
      try AtomicFile.rename(files.path, to: files.rotated)
    } catch {
      // Somebody else moved it away: what is open has no name any more, or another one.
      if error != .noSuchFileOrDirectory { return }
    }
    open()
  }
}
