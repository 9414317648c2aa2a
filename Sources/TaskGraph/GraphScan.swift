internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// A row and the place in the file where it stands, without its line end.
struct LocatedRow {
  let offset: Int64
  let length: Int
  var task: TaskRow
}

/// One pass over the graph's lines, the last one included when its newline is missing.
struct GraphScan {
  let file: FilePath
  let source: Descriptor
  private(set) var problems: [Problem] = []

  init(file: FilePath, source: Descriptor) {
    self.file = file
    self.source = source
  }

  /// Parses the lines that `filter` admits and hands over their rows.
  mutating func forEach(
    matching filter: LineFilter, _ body: (LocatedRow) throws(StorageError) -> Void
  ) throws(StorageError) {
    var reader = LineReader(source)
    while let line = try next(of: &reader) { try visit(line, filter, body) }
    if let tail = reader.tail { try visit(tail, filter, body) }
  }

  private func next(of reader: inout LineReader) throws(StorageError) -> Line? {
    do throws(Errno) {
      return try reader.next()
    } catch {
      throw StorageError(error, file)
    }
  }

  private mutating func visit(
    _ line: Line, _ filter: LineFilter, _ body: (LocatedRow) throws(StorageError) -> Void
  ) throws(StorageError) {
    if line.isTooLong {
      report(line, "the row is too long to be read; it is passed over")
    } else if line.bytes.withUnsafeBytes({ filter.admits($0) }), !isBlankOrComment(line) {
      if let row = parse(line) { try body(row) }
    }
  }

  private func isBlankOrComment(_ line: Line) -> Bool {
    let first = line.bytes.first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    return first == nil || first == UInt8(ascii: "#")
  }

  private mutating func parse(_ line: Line) -> LocatedRow? {
    do throws(JSONError) {
      let object = try JSONObject.parse(line.bytes)
      return LocatedRow(
        offset: line.offset, length: contentLength(line.bytes), task: TaskRow(object))
    } catch {
      report(line, "the row cannot be read and is passed over: \(error)")
      return nil
    }
  }

  private mutating func report(_ line: Line, _ reason: String) {
    problems.append(Problem(file: file, line: line.number, offset: line.offset, reason: reason))
  }

  /// Without the carriage return that some editors leave, so that an edited row keeps it.
  private func contentLength(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.count - bytes.reversed().prefix { $0 == 0x0D }.count
  }
}
