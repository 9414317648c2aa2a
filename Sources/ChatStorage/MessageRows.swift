internal import JSONLines
internal import SystemPackage

/// What one line of a message file holds.
struct MessageRows {
  /// A message with its place.
  struct Found {
    let message: ChatMessage
    let offset: Int64
  }

  /// Usually one; more when programs that do not look glued their rows together.
  private(set) var messages: [Found] = []
  /// Why the line, or the rest of it, is none.
  private(set) var problem: String?

  init(_ line: Line) {
    if line.isTooLong {
      problem = "a row of \(line.length) bytes is too long and was skipped"
    } else if !line.isBlank {
      read(line)
    }
  }

  private mutating func read(_ line: Line) {
    var rest = line.bytes
    do throws(JSONError) {
      while !rest.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
        let (value, length) = try JSONValue.parsePrefix(rest)
        take(value, at: line.offset + Int64(line.bytes.count - rest.count))
        rest = rest.dropFirst(length)
      }
    } catch {
      problem = "a row that is not JSON was skipped: \(error)"
    }
  }

  private mutating func take(_ value: JSONValue, at offset: Int64) {
    if let row = value.object, let message = ChatMessage(row: row) {
      messages.append(Found(message: message, offset: offset))
    } else {
      problem = "a row without id and content was skipped"
    }
  }
}
