internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Whose lines one wants to read.
enum LogSubject: Equatable {
  case dispatcher
  case handlers(ChatID)
}

extension LogSubject {
  /// The file that has the lines where the journal does not.
  func file(in layout: ProjectLayout) -> FilePath {
    switch self {
    case .dispatcher: layout.daemonLog
    case .handlers(let chat): layout.handlerLog(chat)
    }
  }

  /// Whether they went to the journal when a dispatcher last said where it writes.
  func isInJournal(_ places: LogPlaces?) -> Bool {
    switch self {
    case .dispatcher: places.map { $0.entries != .file } ?? false
    case .handlers: places?.output == .journal
    }
  }

  /// Whether the file has all that the journal has.
  func hasCompleteFile(_ places: LogPlaces?) -> Bool {
    self == .dispatcher && places?.entries != .journal
  }

  /// The SYSLOG_IDENTIFIER of the entries.
  var identifier: String {
    switch self {
    case .dispatcher: "wg-dispatcher"
    case .handlers(let chat): HandlerStream.identifier(chat.number)
    }
  }
}
