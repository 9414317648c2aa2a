internal import JSONLines

/// The graph of a project.
struct GraphFacts {
  /// Why it cannot be read; nil when it can.
  var failure: String?
  var rows = 0
  var chats = 0
  /// Ids of chats in the spelling of older programs.
  var legacy: [String] = []
  /// Rows that were passed over.
  var problems: [Problem] = []
  /// Bytes.
  var size: Int64 = 0
}

extension GraphFacts {
  private static let large: Int64 = 64 << 20

  var findings: [Finding] {
    if let failure {
      return [
        .problem(
          .graph, failure, meaning: "without the graph no chat exists, and no dispatcher starts",
          advice: "restore graph.jsonl from a copy or from version control")
      ]
    }
    let bad = [badRows, legacyRows, sizeFinding].compactMap(\.self)
    let summary = "\(Count.of(rows, "row")), \(Count.of(chats, "chat"))"
    return [.ok(.graph, summary)] + bad
  }

  private var badRows: Finding? {
    guard let first = problems.first else { return nil }
    return .warning(
      .graph, "\(Count.of(problems.count, "row")) cannot be read; the first: \(first)",
      meaning: "they are passed over, and kept as they are; a chat in one of them does not exist",
      advice: "mend the lines by hand, with no dispatcher running")
  }

  private var legacyRows: Finding? {
    guard !legacy.isEmpty else { return nil }
    return .note(
      .graph, "chats of an older program: \(Listing.of(legacy))",
      meaning: "the dispatcher renames them when it starts",
      advice: "wg migrate chat-rename --dry-run")
  }

  private var sizeFinding: Finding? {
    guard size > Self.large else { return nil }
    return .note(
      .graph, "the graph has \(size >> 20) MiB",
      meaning: "each change of it writes all of it anew")
  }
}
