internal import CTOML

/// Reads TOML, version 1.0, with toml++.
public enum TOMLDocument {
  /// Deeper than any setting lies.
  static let maximumDepth: Int32 = 24

  /// The table that the whole document is.
  public static func parse(_ bytes: [UInt8]) throws(TOMLError) -> TOMLNode {
    var builder = TreeBuilder()
    var error = wg_toml_error()
    let isRead = bytes.withUnsafeBytes { buffer in
      withUnsafeMutablePointer(to: &builder) { builder in
        wg_toml_read(
          buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, maximumDepth,
          { context, node in
            guard let context, let node else { return }
            context.assumingMemoryBound(to: TreeBuilder.self).pointee.take(node.pointee)
          }, builder, &error)
      }
    }
    guard isRead else { throw TOMLError(error) }
    return builder.finish()
  }
}

/// Makes a tree of nodes that come one by one, each before what is in it.
private struct TreeBuilder {
  private var open: [Branch] = []

  fileprivate struct Branch {
    let node: wg_toml_node
    let key: String
    var entries: [TOMLEntry] = []
  }

  mutating func take(_ node: wg_toml_node) {
    close(to: Int(node.depth))
    open.append(Branch(node: node, key: String(node.key, node.key_length)))
    // A text lives only as long as this call.
    if node.kind != WG_TOML_TABLE && node.kind != WG_TOML_ARRAY { close(to: Int(node.depth)) }
  }

  mutating func finish() -> TOMLNode {
    close(to: 1)
    return open.popLast()?.entry.node ?? TOMLNode(.table([]), at: TOMLPlace(line: 1, column: 1))
  }

  /// Puts what is complete into what it belongs to.
  private mutating func close(to depth: Int) {
    while open.count > max(depth, 1), let last = open.popLast() {
      open[open.count - 1].entries.append(last.entry)
    }
  }
}

extension TreeBuilder.Branch {
  var entry: TOMLEntry {
    TOMLEntry(
      key: key, keyPlace: TOMLPlace(node.key_place),
      node: TOMLNode(value, at: TOMLPlace(node.place)))
  }

  private var value: TOMLNode.Value {
    switch node.kind {
    case WG_TOML_TABLE: .table(entries)
    case WG_TOML_ARRAY: .array(entries.map(\.node))
    case WG_TOML_STRING: .string(String(node.text, node.text_length))
    case WG_TOML_INTEGER: .integer(node.integer)
    case WG_TOML_DECIMAL: .decimal(node.decimal)
    case WG_TOML_BOOLEAN: .boolean(node.boolean)
    default: .date
    }
  }
}

extension TOMLPlace {
  fileprivate init(_ place: wg_toml_place) {
    self.init(line: Int(place.line), column: Int(place.column))
  }
}

extension TOMLError {
  fileprivate init(_ error: wg_toml_error) {
    let reason = withUnsafeBytes(of: error.reason) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    self.init(place: TOMLPlace(error.place), reason: reason)
  }
}

extension String {
  fileprivate init(_ bytes: UnsafePointer<CChar>?, _ length: Int) {
    let buffer = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : length)
    self = String(decoding: buffer, as: UTF8.self)
  }
}
