import JSONLines

/// Something that reads bytes which others wrote, and what must be true of it whatever they are.
struct FuzzTarget: Sendable {
  /// Also the name of the folder with its seeds.
  let name: String
  /// Reads the bytes; throws a `Violation` when something is not as it must be.
  let check: @Sendable (_ bytes: [UInt8]) throws -> Void

  static let all = [
    json, frames, rows, graph, records, decisions, config, notify, input, markdown, agents,
  ]

  /// A reader with a fault: what finds nothing here finds nothing.
  static let planted = FuzzTarget(name: "planted") { bytes in
    guard let members = try? JSONValue.parse(bytes).array, members.count > 1 else { return }
    try require(members[0] != members[1], "two members are the same")
  }
}

/// A property that does not hold.
struct Violation: Error, CustomStringConvertible {
  let description: String
}

/// Throws unless the property holds.
func require(_ holds: Bool, _ sentence: @autoclosure () -> String) throws {
  if !holds { throw Violation(description: sentence()) }
}
