internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TaskGraph

extension ProjectFacts {
  /// Looks at everything, and asks the dispatcher if one runs; changes nothing.
  static func gather(_ layout: ProjectLayout, environment: [String: String]) -> ProjectFacts {
    let dispatcher = DispatcherFacts.gather(layout)
    let survey = FileSurvey.of(layout)
    let chats = ChatFacts.gather(layout, survey)
    let now = Clock.wall
    return ProjectFacts(
      folder: layout.root, fileSystem: try? FileSystemStatus.of(layout.root),
      permissions: survey.permissions(
        layout, dispatcher: dispatcher.pid.flatMap(ProcessTable.user)),
      config: .gather(layout, chats: chats.live), graph: .gather(layout),
      sessions: .gather(layout, survey), chats: chats.facts,
      leftovers: .gather(layout, survey, isServed: dispatcher.isRunning, now: now),
      dispatcher: dispatcher,
      unit: .gather(layout, dispatcher, environment: environment),
      limits: .gather(chats: chats.live.count, dispatcher: dispatcher.pid),
      times: TimeFacts(now: now, newest: survey.newest, jump: dispatcher.clockJump))
  }
}

extension LimitFacts {
  static func gather(chats: Int, dispatcher: Int32?) -> LimitFacts {
    let folder: FilePath = "/proc/sys/fs/inotify"
    return LimitFacts(
      chats: chats,
      descriptors: dispatcher.flatMap(ProcessTable.descriptorLimit)
        ?? (try? DescriptorLimit.highest()),
      watches: Path.number(in: folder.appending("max_user_watches")),
      instances: Path.number(in: folder.appending("max_user_instances")))
  }
}

extension GraphFacts {
  /// Reads all of the graph, a row at a time.
  static func gather(_ layout: ProjectLayout) -> GraphFacts {
    var facts = GraphFacts()
    facts.size = (try? FileStatus.of(layout.graph, followsLinks: true))?.size ?? 0
    var chats: Set<UInt32> = []
    do throws(StorageError) {
      let graph = GraphFile(path: layout.graph, lock: layout.graphLock)
      facts.problems = try graph.forEachRow { row throws(StorageError) in
        facts.rows += 1
        guard let chat = ChatRow(row) else { return }
        chats.insert(chat.number)
        if chat.isLegacy && !chat.isRetired { facts.legacy.append(chat.id.text) }
      }
    } catch {
      facts.failure = "\(error)"
    }
    facts.chats = chats.count
    return facts
  }
}

extension SessionFacts {
  static func gather(_ layout: ProjectLayout, _ survey: FileSurvey) -> SessionFacts {
    var facts = SessionFacts()
    let folders = survey.entries.filter {
      $0.status.kind == .directory && $0.path.removingLastComponent() == layout.chatFolder
    }
    do throws(StorageError) {
      let sessions = try SessionRegistry(layout).load()
      facts.count = sessions.entries.count
      facts.problems = sessions.problems
      facts.withoutFolder = sessions.entries.filter { isMissing($0, layout) }.map {
        sessions.chat(for: $0.id)?.taskID ?? $0.id.text
      }
      let known = Set(sessions.entries.map(\.id.text))
      let names = folders.compactMap { $0.path.lastComponent?.string }
      facts.unregistered = names.filter { SessionID($0) != nil && !known.contains($0) }
    } catch {
      facts.failure = "\(error)"
    }
    facts.split = folders.map(\.path).filter { isSplit($0, survey) }.compactMap {
      $0.lastComponent.map { "chat/\($0)" }
    }
    return facts
  }

  private static func isMissing(_ entry: Sessions.Entry, _ layout: ProjectLayout) -> Bool {
    entry.archivedAt == nil && !Path.exists(layout.chatDirectory(entry.id))
      && !Path.exists(layout.archivedChatDirectory(entry.id))
  }

  private static func isSplit(_ folder: FilePath, _ survey: FileSurvey) -> Bool {
    guard let name = folder.lastComponent?.string, ChatID(alias: name) != nil else { return false }
    return survey.entries.contains { entry in
      entry.path.removingLastComponent() == folder && entry.status.size > 0
        && ["inbox.jsonl", "outbox.jsonl"].contains(entry.path.lastComponent?.string)
    }
  }
}

extension LeftoverFacts {
  static func gather(
    _ layout: ProjectLayout, _ survey: FileSurvey, isServed: Bool, now: Int64
  ) -> LeftoverFacts {
    LeftoverFacts(
      corrupt: survey.corrupt, temporary: survey.temporary(at: now),
      socket: isServed ? .served : socket(layout), state: isServed ? .inOrder : state(layout))
  }

  /// Connects to nothing: where systemd listens, that would start a dispatcher.
  private static func socket(_ layout: ProjectLayout) -> Socket {
    guard let status = try? FileStatus.of(layout.socket) else { return .none }
    let target = try? layout.socket.resolvingSymbolicLinks()
    guard let target else { return .dangling(linkTarget(layout.socket)) }
    let isListening = ListeningSockets.paths()?.contains(target.string)
    if status.kind == .symbolicLink { return isListening == false ? .stale : .served }
    return isListening == true ? .foreign : .stale
  }

  private static func linkTarget(_ path: FilePath) -> FilePath {
    (try? SymbolicLink.target(of: path)) ?? path
  }

  private static func state(_ layout: ProjectLayout) -> State {
    do throws(StorageError) {
      guard let state = try ServiceState.read(layout) else { return .inOrder }
      guard let process = ProcessStatus.of(state.pid), !ProcessTable.hasEnded(process.state) else {
        return .dead(pid: state.pid)
      }
      return .foreign(pid: state.pid, name: process.name)
    } catch {
      return .unreadable("\(error)")
    }
  }
}
