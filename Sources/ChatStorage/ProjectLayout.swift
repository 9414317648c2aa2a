public import SystemPackage

/// Where everything of a project stands.
///
/// The only place that knows the names under `.wg/`.
public struct ProjectLayout: Equatable, Sendable {
  /// The project's folder, `.wg` itself.
  public let root: FilePath

  public init(root: FilePath) { self.root = root }

  /// The tasks.
  public var graph: FilePath { root.appending("graph.jsonl") }
  /// The file that is locked for reading and changing the graph.
  public var graphLock: FilePath { root.appending("graph.lock") }
  /// Finished tasks that were moved out of the graph.
  public var taskArchive: FilePath { root.appending("archive.jsonl") }
  /// The file that is locked for appending to it.
  public var taskArchiveLock: FilePath { root.appending("archive.jsonl.lock") }
  public var config: FilePath { root.appending("config.toml") }

  /// Holds a folder for each session.
  public var chatFolder: FilePath { root.appending("chat") }
  /// The registry of sessions.
  public var sessions: FilePath { chatFolder.appending("sessions.json") }
  /// The file that is locked for changing the registry.
  public var sessionsLock: FilePath { chatFolder.appending("sessions.json.lock") }
  /// Where the existing program moves the folders of archived sessions.
  public var archiveFolder: FilePath { chatFolder.appending(".archive") }

  /// What the dispatcher keeps.
  public var service: FilePath { root.appending("service") }
  public var tombstones: FilePath { service.appending("tombstones") }
  /// Desired state and crash history, a file for each chat.
  public var chatStates: FilePath { service.appending("chats") }
  /// What has changed since those files were written.
  public var chatStateJournal: FilePath { chatStates.appending("journal.jsonl") }
  public var socket: FilePath { service.appending("daemon.sock") }
  /// Where the dispatcher listens to its handlers, a socket for each run.
  public var notifySockets: FilePath { service.appending("notify") }
  /// Which dispatcher runs, as the existing program writes it.
  public var stateFile: FilePath { service.appending("state.json") }
  /// Which systemd unit was installed for the project.
  public var unitFile: FilePath { service.appending("unit.json") }
  public var daemonLog: FilePath { service.appending("daemon.log") }
  /// Where the dispatcher and the handlers write, for readers.
  public var logPlaces: FilePath { service.appending("log.json") }
  /// The file that the one dispatcher of the project keeps locked.
  public var dispatcherLock: FilePath { service.appending("dispatcher.lock") }
  /// Which numbers of runs are reserved for all chats.
  public var sharedNumbers: FilePath { service.appending("incarnations.json") }
  public var decisions: FilePath { service.appending("decisions.jsonl") }

  /// The existing program's state file of a chat, of which only the name matters here.
  public func coordinatorState(_ chat: ChatID) -> FilePath {
    service.appending("coordinator-state-\(chat.number).json")
  }

  /// The same from before chats had numbers; stands for chat 0.
  public var legacyCoordinatorState: FilePath { service.appending("coordinator-state.json") }

  /// What a handler prints where there is no journal.
  public func handlerLog(_ chat: ChatID) -> FilePath {
    service.appending("handler-\(chat.number).log")
  }

  /// The folder with a session's messages.
  public func chatDirectory(_ session: SessionID) -> FilePath {
    chatFolder.appending(session.text)
  }

  /// The folder of a session that the existing program archived.
  public func archivedChatDirectory(_ session: SessionID) -> FilePath {
    archiveFolder.appending(session.text)
  }

  public func tombstone(_ chat: ChatID) -> FilePath {
    tombstones.appending("chat-\(chat.number).json")
  }

  public func chatState(_ chat: ChatID) -> FilePath {
    chatStates.appending("chat-\(chat.number).json")
  }
}

/// The files in a session's folder.
enum ChatFile {
  static let cursor = ".coordinator-cursor"
  /// The same of one of the existing program's handlers.
  static let nexCursor = ".nex-cursor"
  static let consumerCursor = ".cursor"
  static let handler = ".handler.pid"
  static let releaseMarker = ".handler.release-requested"
  static let positions = ".wg-positions"
  static let log = "chat.log"
  static let deadLetters = "dead-letters.jsonl"
  static let streaming = ".streaming"
  static let serving = ".serving"
  /// Stands while messages of another folder are being brought into this one.
  static let mergeIntention = ".wg-merge"
  /// Where folders are put whose messages were brought into this one.
  static let mergedFolder = "merged"

  /// The name of the lock file beside a file.
  static func lock(_ path: FilePath) -> FilePath {
    path.removingLastComponent().appending("\(path.lastComponent?.string ?? "").lock")
  }

  /// The number in names such as `chat-7.json`; nil for every other name.
  static func chat(in name: String, prefix: String) -> ChatID? {
    guard name.hasPrefix(prefix), name.hasSuffix(".json"),
      name.utf8.count > prefix.utf8.count + 5
    else { return nil }
    return ChatID(digits: name.dropFirst(prefix.count).dropLast(5))
  }
}
