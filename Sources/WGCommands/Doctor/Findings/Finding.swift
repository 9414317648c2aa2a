/// One line of what `wg doctor` has to say.
struct Finding: Equatable {
  /// How bad it is; the order is that of the cases.
  enum Severity: String, CaseIterable {
    /// As it should be.
    case ok
    /// Good to know; nothing has to be done.
    case note
    /// Works, and will hurt some day.
    case warning
    /// Something does not work.
    case problem
  }

  let check: Check
  let severity: Severity
  /// What was found, in one line.
  let text: String
  /// What follows from it; nil where that is plain.
  let meaning: String?
  /// What to do about it; nil where nothing is to be done.
  let advice: String?

  static func ok(_ check: Check, _ text: String) -> Finding {
    Finding(check: check, severity: .ok, text: text, meaning: nil, advice: nil)
  }

  static func note(
    _ check: Check, _ text: String, meaning: String? = nil, advice: String? = nil
  ) -> Finding {
    Finding(check: check, severity: .note, text: text, meaning: meaning, advice: advice)
  }

  static func warning(_ check: Check, _ text: String, meaning: String, advice: String) -> Finding {
    Finding(check: check, severity: .warning, text: text, meaning: meaning, advice: advice)
  }

  static func problem(_ check: Check, _ text: String, meaning: String, advice: String) -> Finding {
    Finding(check: check, severity: .problem, text: text, meaning: meaning, advice: advice)
  }
}

/// What is looked at; each is explained in wg-doctor(1).
enum Check: String, CaseIterable {
  case kernel
  case proc
  case cgroups
  case systemd
  case userManager = "user-manager"
  case linger
  case journal
  case clock
  case programs
  case descriptors
  case inotify
  case project
  case fileSystem = "file-system"
  case permissions
  case config
  case graph
  case sessions
  case chats
  case tombstones
  case stale
  case leftovers
  case handlers
  case dispatcher
  case ends
  case unit
}
