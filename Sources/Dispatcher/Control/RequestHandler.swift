internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

/// Carries out control requests: one function each, in the extensions.
final class RequestHandler: ControlRequestHandling {
  unowned let daemon: DispatcherDaemon
  private var waiting: [Waiting] = []

  /// An answer that depends on what happens next.
  private struct Waiting {
    weak var connection: ControlConnection?
    /// Nil as long as there is nothing to say yet.
    let answer: () -> ControlResponse?
  }

  init(_ daemon: DispatcherDaemon) { self.daemon = daemon }

  let events = EventStream()

  var supervisor: ChatSupervisor { daemon.supervisor }
  var driver: ChildDriver { daemon.driver }

  func handle(_ request: ControlRequest, from connection: ControlConnection) {
    do {
      try carryOut(request, connection)
    } catch let error as ControlError {
      connection.answer(.failed(error))
    } catch let error as StorageError {
      connection.answer(.failed(ControlError(error)))
    } catch {
      connection.answer(.failed(ControlError(.failed, "\(error)")))
    }
  }

  /// Answers now if that is possible, otherwise as soon as it is.
  func answer(_ connection: ControlConnection, when answer: @escaping () -> ControlResponse?) {
    waiting.append(Waiting(connection: connection, answer: answer))
  }

  /// How many answers depend on what happens next.
  var waitingCount: Int { waiting.count { $0.connection?.isClosed == false } }

  /// Gives the answers that have become possible.
  ///
  /// Once each turn.
  func answerWaiting() {
    let present = waiting
    waiting = []
    for entry in present {
      guard let connection = entry.connection, !connection.isClosed else { continue }
      if let response = entry.answer() {
        connection.answer(response)
      } else {
        waiting.append(entry)
      }
    }
  }

  func recordDecisions() {
    supervisor.decisions.flush()
  }

  func connectionEnded(_ connection: ControlConnection) {
    for child in connection.leases {
      driver.report(.consumerDetached, of: child)
      if let chat = supervisor.chats[child] { supervisor.noteConsumer(of: chat) }
      daemon.log.info(.consumerDetached, about: ChatID(child.number), "consumer detached")
    }
    connection.leases = []
  }

  private func carryOut(_ request: ControlRequest, _ connection: ControlConnection) throws {
    switch request {
    case .hello: connection.answer(.ok(greeting.payload))
    case .status: connection.answer(.ok(serviceStatus.payload))
    case .listChats: connection.answer(.ok(ChatList(chats: chatStatuses).payload))
    case .createChat(let chat): try create(chat, connection)
    case .archiveChat(let number): try archive(number, .archive, "archive_chat", connection)
    case .deleteChat(let number): try archive(number, .delete, "delete_chat", connection)
    case .stopChat(let number): try stop(number, connection)
    case .startChat(let number): try start(number, connection)
    case .restoreChat(let number): try restore(number, connection)
    case .resetChat(let number): try reset(number, connection)
    case .interruptChat(let number): try interrupt(number, connection)
    case .renameChat(let rename): try self.rename(rename, connection)
    case .setChatExecutor(let settings): try set(settings, connection)
    case .userChat(let message): try accept(message, connection)
    case .purgeChats(let purge): self.purge(purge, connection)
    case .shutdown(let shutdown): self.shutdown(shutdown, connection)
    case .graphChanged: rereadFiles(connection)
    case .reconfigure: reload(connection)
    case .attach(let number): try attach(number, connection)
    case .ping: connection.answer(.ok())
    case .subscribe: subscribe(connection)
    case .why(let number): try why(number, connection)
    case .metrics: connection.answer(.ok(metricsPayload))
    case .upgrade(let upgrade): try self.upgrade(upgrade, connection)
    case .unsupported(let name):
      throw ControlError(
        .failed, "`\(name)` concerns task agents, which this dispatcher does not run")
    }
  }

  /// The chat with a number, whatever its state.
  func chat(_ number: UInt32) throws(ControlError) -> SupervisedChat {
    guard let chat = supervisor.chats[ChatID(number)] else {
      throw ControlError(
        .notFound, "Chat task '.chat-\(number)' not found", hint: "`wg chat list --all` shows all")
    }
    return chat
  }

  func author(_ connection: ControlConnection, _ command: String) -> Tombstone.Author {
    Tombstone.Author(uid: connection.peer.user, pid: connection.peer.pid, command: command)
  }
}

extension ControlError {
  init(_ error: StorageError) {
    let code: Code =
      switch error.kind {
      case .badData: .badData
      case .notFound: .notFound
      case .notPermitted: .notPermitted
      case .locked: .tryAgain
      case .input, .exists: .usage
      case .noSpace, .replaced, .system: .failed
      }
    self.init(code, "\(error)")
  }
}
