import Foundation
import TestSupport

/// An entry of the journal, by the names of its fields.
///
/// Fields that are no text, or there more than once, are left out.
typealias JournalEntry = [String: String]

/// What the journal got since an instant.
struct JournalReader {
  /// By the clock: with a cursor, journalctl 252 leaves out the first entry that matches.
  private let since: String

  /// From now on.
  init() throws {
    since = try shell("date +@%s.%6N").output.trimmingCharacters(in: .newlines)
  }

  /// The entries so far that match, as journalctl(1) takes matches and options.
  func entries(_ matches: String) throws -> [JournalEntry] {
    try shell("journalctl --sync")
    let lines = try shell(
      "journalctl --quiet --all --output=json --since='\(since)' \(matches)"
    ).lines
    return try lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return (object ?? [:]).compactMapValues { $0 as? String }
    }
  }

  /// Waits for the first entry that matches.
  func entry(_ matches: String, within seconds: Double = 20) throws -> JournalEntry {
    try eventually(within: seconds, "a journal entry with \(matches)") {
      try entries(matches).first
    }
  }

  /// The text of what matches, as people read it.
  func text(_ options: String) throws -> String {
    try shell("journalctl --sync; journalctl --quiet --since='\(since)' \(options)").output
  }
}
