/// A message as a program gets it: lines.
struct ProgramInput: Equatable, Sendable {
  let bytes: [UInt8]
  let lineCount: Int

  /// Line ends become line feeds, the last line gets one, and for a terminal other control
  /// characters are left out: a message is text, and Ctrl-C or Tab in it would be a command.
  init(_ content: String, terminal: Bool) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.utf8.count + 1)
    var wasReturn = false
    for byte in content.utf8 {
      switch byte {
      case 0x0D: bytes.append(0x0A)
      case 0x0A: if !wasReturn { bytes.append(byte) }
      case 0x09: bytes.append(byte)
      case 0..<0x20, 0x7F: if !terminal { bytes.append(byte) }
      default: bytes.append(byte)
      }
      wasReturn = byte == 0x0D
    }
    while bytes.last == 0x0A { bytes.removeLast() }
    bytes.append(0x0A)
    self.bytes = bytes
    lineCount = bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
  }
}
