/// The system's journal.
struct JournalFacts {
  enum Storage: Equatable { case persistent, volatile, none }

  /// Which entries this user can read.
  enum Reading: Equatable { case all, own, nothing }

  let isListening: Bool
  let acceptsEntries: Bool
  let storage: Storage
  let reading: Reading
  let user: String
}

extension JournalFacts {
  var findings: [Finding] {
    guard isListening else {
      return [
        .note(
          .journal, "no journal listens here",
          meaning: "entries go to service/daemon.log alone, and what handlers print to "
            + "service/handler-N.log")
      ]
    }
    guard acceptsEntries else {
      return [
        .warning(
          .journal, "the journal does not take entries from \(user)",
          meaning: "a dispatcher of this user writes to service/daemon.log alone",
          advice: "check the mode of /run/systemd/journal/socket (0666)")
      ]
    }
    return [storageFinding, readingFinding]
  }

  private var storageFinding: Finding {
    switch storage {
    case .persistent: .ok(.journal, "the journal takes entries and keeps them on disk")
    case .volatile:
      .note(
        .journal, "the journal keeps entries in memory only",
        meaning: "after a boot, why something was restarted is told by service/daemon.log alone",
        advice: "mkdir -p /var/log/journal && systemctl restart systemd-journald")
    case .none:
      .note(
        .journal, "the journal takes entries, and no file of it is to be found",
        meaning: "it may pass them on, or store nothing (Storage=none)",
        advice: "see Storage= in journald.conf(5)")
    }
  }

  private var readingFinding: Finding {
    switch reading {
    case .all: .ok(.journal, "\(user) may read all of the journal")
    case .own:
      .note(
        .journal, "\(user) may read the entries of its own processes alone",
        meaning: "that is enough for a dispatcher of the user, not for one of the system",
        advice: "usermod -aG systemd-journal \(user), and log in anew")
    case .nothing:
      .note(
        .journal, "\(user) may not read the journal",
        meaning: "`journalctl` shows nothing; `wg service logs` reads service/daemon.log",
        advice: "usermod -aG systemd-journal \(user), and log in anew")
    }
  }
}
