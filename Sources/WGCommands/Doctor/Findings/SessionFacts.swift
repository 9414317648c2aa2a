internal import JSONLines

/// Which folder belongs to which chat.
struct SessionFacts {
  /// Why the registry cannot be read; nil when it can.
  var failure: String?
  var count = 0
  var problems: [Problem] = []
  /// Chats whose session has no folder.
  var withoutFolder: [String] = []
  /// Folders that no entry of the registry names.
  var unregistered: [String] = []
  /// Folders with messages in them that are named like a chat, not like a session.
  var split: [String] = []
}

extension SessionFacts {
  var findings: [Finding] {
    if let failure {
      return [
        .problem(
          .sessions, failure,
          meaning: "it is not known which folder is whose; the next chat that is made sets the "
            + "file aside and begins a new one",
          advice: "restore chat/sessions.json before anything else is done")
      ]
    }
    let bad = [problemFinding, missing, unregisteredFinding, splitFinding].compactMap(\.self)
    return bad.isEmpty ? [.ok(.sessions, "\(Count.of(count, "session")), each in order")] : bad
  }

  private var problemFinding: Finding? {
    guard let first = problems.first else { return nil }
    return .warning(
      .sessions,
      "\(Count.of(problems.count, "entry", "entries")) cannot be read; the first: \(first)",
      meaning: "they are passed over", advice: "mend chat/sessions.json by hand")
  }

  private var missing: Finding? {
    guard !withoutFolder.isEmpty else { return nil }
    return .warning(
      .sessions, "registered, but without a folder: \(Listing.of(withoutFolder))",
      meaning: "the history of these chats is gone; a new one begins with the next message",
      advice: "restore the folders below chat/ if there is a copy")
  }

  private var unregisteredFinding: Finding? {
    guard !unregistered.isEmpty else { return nil }
    return .note(
      .sessions, "folders that belong to no session: \(Listing.of(unregistered))",
      meaning: "nothing reads them, and nothing removes them",
      advice:
        "look at inbox.jsonl and outbox.jsonl in them; remove the folders if nobody needs them"
    )
  }

  private var splitFinding: Finding? {
    guard !split.isEmpty else { return nil }
    return .warning(
      .sessions, "messages in folders that are named like a chat: \(Listing.of(split))",
      meaning: "an older program wrote them there when it did not find the session; "
        + "they are not part of the conversation yet",
      advice: "the next start of the dispatcher brings them in, or wg session check --fix does")
  }
}
