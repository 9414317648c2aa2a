internal import ChatStorage
internal import Systemd

extension DispatcherOptions {
  /// The journal, where the entries are to go there and there is one.
  var journal: Journal? { log == .file ? nil : Journal.connect() }

  /// Where the dispatcher's own entries go.
  var entries: LogPlaces.Entries {
    switch log {
    case .both: .both
    case .journal: .journal
    case .file: .file
    }
  }

  /// Where the output of handlers goes, unless the journal cannot be reached for a run.
  ///
  /// By itself it goes to the journal exactly where the dispatcher's own does: under systemd, unless
  /// the unit says otherwise.
  var outputPlace: LogPlaces.Output {
    switch output {
    case .journal: .journal
    case .file: .file
    case .auto: JournalStream.isStandardError() ? .journal : .file
    }
  }
}
