/// Takes server-sent events out of a stream of bytes, however it is cut.
///
/// Of each event only the data counts. Lines end in LF, CR LF or CR; those that begin with a colon are
/// comments.
struct EventStreamDecoder {
  /// Bytes that an event may have.
  static let limit = 1 << 20

  private var line: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var lastWasReturn = false
  /// A line or an event was longer than the limit; what follows is not looked at.
  private(set) var isOverlong = false

  /// The data of the events that these bytes complete.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
    var events: [[UInt8]] = []
    for byte in bytes where !isOverlong {
      switch byte {
      case 0x0A where lastWasReturn: break
      case 0x0A, 0x0D: endLine(&events)
      default: line.append(byte)
      }
      lastWasReturn = byte == 0x0D
      isOverlong = line.count + data.count > EventStreamDecoder.limit
    }
    return events
  }

  private mutating func endLine(_ events: inout [[UInt8]]) {
    defer { line.removeAll(keepingCapacity: true) }
    if line.isEmpty {
      if hasData { events.append(data) }
      data = []
      hasData = false
    } else if line.starts(with: Array("data:".utf8)) {
      var value = line.dropFirst(5)
      if value.first == 0x20 { value = value.dropFirst() }
      if hasData { data.append(0x0A) }
      data += value
      hasData = true
    }
  }
}
