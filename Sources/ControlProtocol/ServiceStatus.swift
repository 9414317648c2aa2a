public import JSONLines

/// The answer to `status`, and what `wg service status` says when no dispatcher runs.
public struct ServiceStatus: Equatable, Sendable {
  /// Whether a dispatcher holds this project.
  public var isRunning: Bool
  public var pid: Int32?
  /// The control socket's path.
  public var socket: String?
  /// RFC 3339.
  public var startedAt: String?
  /// Seconds; nil when not running.
  public var uptimeSeconds: Int64?
  /// Of the dispatcher that answers.
  public var version: String?
  /// The start options as they were given.
  public var options: [String]
  /// Whether chats get handlers at all; false under `--no-chat-agent`.
  public var startsHandlers: Bool
  /// The systemd unit that serves the project.
  public var unit: String?
  /// The unit's service manager: `system` or `user`.
  public var unitScope: String?
  /// The keeper's process, where the dispatcher has one.
  public var keeper: Int32?
  /// Nil without a dispatcher, and as long as its service manager has not answered.
  public var unwatchedEnds: UnwatchedEnds?
  public var chats: [ChatStatus]

  public init(
    isRunning: Bool, pid: Int32? = nil, socket: String? = nil, startedAt: String? = nil,
    uptimeSeconds: Int64? = nil, version: String? = nil, options: [String] = [],
    startsHandlers: Bool = true, unit: String? = nil, unitScope: String? = nil,
    keeper: Int32? = nil, unwatchedEnds: UnwatchedEnds? = nil, chats: [ChatStatus] = []
  ) {
    self.isRunning = isRunning
    self.pid = pid
    self.socket = socket
    self.startedAt = startedAt
    self.uptimeSeconds = uptimeSeconds
    self.version = version
    self.options = options
    self.startsHandlers = startsHandlers
    self.unit = unit
    self.unitScope = unitScope
    self.keeper = keeper
    self.unwatchedEnds = unwatchedEnds
    self.chats = chats
  }
}

extension ServiceStatus {
  /// The members beside `ok`; all keys are always there.
  public var payload: JSONObject {
    var object = JSONObject()
    object["status"] = .text(isRunning ? "running" : "not_running")
    object["dispatcher"] = .text(DispatcherState(isRunning).rawValue)
    object["pid"] = JSONValue(orNull: pid)
    object["socket"] = JSONValue(orNull: socket)
    object["started_at"] = JSONValue(orNull: startedAt)
    object["uptime_seconds"] = JSONValue(orNull: uptimeSeconds)
    object["version"] = JSONValue(orNull: version)
    object["options"] = .array(options.map { .text($0) })
    object["starts_handlers"] = .bool(startsHandlers)
    object["unit"] = JSONValue(orNull: unit)
    object["unit_scope"] = JSONValue(orNull: unitScope)
    object["keeper"] = JSONValue(orNull: keeper)
    object["unwatched_ends"] = JSONValue(orNull: unwatchedEnds?.name)
    object["unwatched_ends_cause"] = JSONValue(orNull: unwatchedEnds?.cause?.rawValue)
    object["counts"] = .object(counts)
    object["chats"] = .array(chats.map(\.json))
    return object
  }

  /// How many chats are in each state; every state is named.
  private var counts: JSONObject {
    var object = JSONObject()
    for state in ChatState.allCases {
      object[state.rawValue] = .integer(chats.count { $0.state == state })
    }
    return object
  }

  /// Reads what `payload` wrote; unknown members are ignored.
  public init(payload: JSONObject) throws(ControlError) {
    let members = MemberReader(payload, in: "service status", otherwise: .badData)
    self.init(
      isRunning: try members.string("status") == "running", pid: try members.int32("pid"),
      socket: try members.string("socket"), startedAt: try members.string("started_at"),
      uptimeSeconds: try members.int("uptime_seconds"), version: try members.string("version"),
      options: try members.strings("options"),
      startsHandlers: try members.bool("starts_handlers") ?? true,
      unit: try members.string("unit"), unitScope: try members.string("unit_scope"),
      keeper: try members.int32("keeper"),
      unwatchedEnds: UnwatchedEnds(
        name: try members.string("unwatched_ends"),
        cause: try members.string("unwatched_ends_cause")),
      chats: try ChatList(payload: payload).chats)
  }
}

/// Whether a dispatcher had a part in an answer: the member `dispatcher`.
public enum DispatcherState: String, Sendable {
  case running
  case notRunning = "not_running"
  /// A service manager was asked to start it.
  case starting

  public init(_ isRunning: Bool) {
    self = isRunning ? .running : .notRunning
  }

  init(reading members: MemberReader) throws(ControlError) {
    let text = try members.string("dispatcher")
    self = text.flatMap(DispatcherState.init(rawValue:)) ?? .notRunning
  }
}
