public import JSONLines

/// What a client asks of the dispatcher.
///
/// On the wire: one object whose `cmd` names the case.
public enum ControlRequest: Equatable, Sendable {
  /// Asks for the protocol's version; may be the first request of a connection.
  case hello
  /// The state of the dispatcher and of every chat: `ServiceStatus`.
  case status
  case createChat(NewChat)
  case archiveChat(UInt32)
  case deleteChat(UInt32)
  case stopChat(UInt32)
  case startChat(UInt32)
  case restoreChat(UInt32)
  case resetChat(UInt32)
  case interruptChat(UInt32)
  case renameChat(ChatRename)
  case setChatExecutor(ChatSettings)
  case listChats
  case userChat(UserMessage)
  case purgeChats(PurgeRequest)
  case shutdown(ShutdownRequest)
  /// Some other program changed the graph: read it again.
  case graphChanged
  /// Read the configuration again.
  case reconfigure
  /// From here on the connection is a consumer of this chat, until it is closed.
  case attach(UInt32)
  case ping
  /// From here on the connection is sent every decision as it is made: `EventFrame`.
  case subscribe
  /// Why a chat is as it is; without a number, usage.
  case why(UInt32?)
  /// The dispatcher's counters as OpenMetrics text.
  case metrics
  /// Go on as another program, in the same process.
  case upgrade(UpgradeRequest)
  /// A request of the existing program that concerns task agents only; answered `usage`.
  case unsupported(String)
}

extension ControlRequest {
  /// The version of this protocol, as `hello` answers it.
  public static let protocolVersion: Int64 = 1

  /// What a new chat is to be.
  public struct NewChat: Equatable, Sendable {
    public var name: String?
    /// The kind of handler, or a program's path.
    public var executor: String?
    /// A shell command that is the handler; excludes `executor`.
    public var command: String?
    public var model: String?
    public var endpoint: String?

    public init(
      name: String? = nil, executor: String? = nil, command: String? = nil, model: String? = nil,
      endpoint: String? = nil
    ) {
      self.name = name
      self.executor = executor
      self.command = command
      self.model = model
      self.endpoint = endpoint
    }
  }

  /// What to change of a chat; nil leaves a setting as it is.
  public struct ChatSettings: Equatable, Sendable {
    public var chatID: UInt32
    public var executor: String?
    public var command: String?
    public var model: String?
    public var endpoint: String?

    public init(
      chatID: UInt32, executor: String? = nil, command: String? = nil, model: String? = nil,
      endpoint: String? = nil
    ) {
      self.chatID = chatID
      self.executor = executor
      self.command = command
      self.model = model
      self.endpoint = endpoint
    }

    /// Whether there is anything to change.
    public var isEmpty: Bool {
      executor == nil && command == nil && model == nil && endpoint == nil
    }
  }

  /// What a chat is to be called from now on.
  public struct ChatRename: Equatable, Sendable {
    public var chatID: UInt32
    public var name: String

    public init(chatID: UInt32, name: String) {
      self.chatID = chatID
      self.name = name
    }
  }

  /// A message for a chat's inbox.
  public struct UserMessage: Equatable, Sendable {
    public var chatID: UInt32
    public var message: String
    public var requestID: String
    /// Kept as they came; the dispatcher passes them on.
    public var attachments: [JSONValue]

    public init(
      chatID: UInt32, message: String, requestID: String, attachments: [JSONValue] = []
    ) {
      self.chatID = chatID
      self.message = message
      self.requestID = requestID
      self.attachments = attachments
    }
  }

  /// Which chats to leave alone, and how long their handlers have.
  public struct PurgeRequest: Equatable, Sendable {
    /// The chat whose handler runs the command.
    public var callerChatID: UInt32?
    public var except: [UInt32]
    public var keepAttached: Bool
    public var includeCaller: Bool
    /// Milliseconds between SIGTERM and SIGKILL; nil is the dispatcher's stop timeout.
    public var graceMilliseconds: UInt64?
    public var isDryRun: Bool

    public init(
      callerChatID: UInt32? = nil, except: [UInt32] = [], keepAttached: Bool = false,
      includeCaller: Bool = false, graceMilliseconds: UInt64? = nil, isDryRun: Bool = false
    ) {
      self.callerChatID = callerChatID
      self.except = except
      self.keepAttached = keepAttached
      self.includeCaller = includeCaller
      self.graceMilliseconds = graceMilliseconds
      self.isDryRun = isDryRun
    }
  }

  /// How the dispatcher is to end.
  public struct ShutdownRequest: Equatable, Sendable {
    /// End handlers at once, without their stop timeout.
    public var force: Bool
    /// Leave handlers running for the next dispatcher to adopt.
    public var keepHandlers: Bool
    /// With handlers left, and where it has a keeper: it is started again by that.
    public var restart: Bool

    public init(force: Bool = false, keepHandlers: Bool = false, restart: Bool = false) {
      self.force = force
      self.keepHandlers = keepHandlers
      self.restart = restart
    }
  }
  /// Which program the dispatcher is to go on as.
  public struct UpgradeRequest: Equatable, Sendable {
    /// An absolute path; nil: the file that it was started from, or what is there by now.
    public var program: String?
    /// For each step of it; nil is the dispatcher's own choice.
    public var timeoutMilliseconds: UInt64?

    public init(program: String? = nil, timeoutMilliseconds: UInt64? = nil) {
      self.program = program
      self.timeoutMilliseconds = timeoutMilliseconds
    }
  }
}
