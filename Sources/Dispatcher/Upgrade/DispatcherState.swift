internal import SupervisionCore

/// What a dispatcher knows that is in no file, and which descriptors mean what: with it another
/// program goes on in the same process.
///
/// A value. Descriptors are numbers here: who reads it claims each of them once.
struct DispatcherState: Equatable {
  /// Grows with every change of what is written; no other one is read.
  static let version: Int64 = 2

  var machine: SupervisorSnapshot
  /// The instant at which it was taken, by the monotonic clock.
  var takenAt: Instant
  /// The process that took it, whose children the handlers are.
  var pid: Int32
  /// When the dispatcher began, nanoseconds since 1970.
  var startedAt: Int64
  /// The descriptor that holds the project's lock.
  var lock: Int32
  var control: Control
  var runs: [Run] = []
  var ears: [Ear] = []
  var chats: [Chat] = []
  var connections: [Connection] = []
  var upgrade: Upgrade

  /// Where requests come in.
  struct Control: Equatable {
    var listeners: [Int32]
    var path: String
    /// A service manager holds the socket too.
    var isPassed: Bool
  }

  /// A process, by its number and its descriptor.
  struct Process: Equatable {
    var pid: Int32
    var descriptor: Int32
  }

  /// The processes of one run.
  struct Run: Equatable {
    var chat: UInt32
    var incarnation: UInt64
    /// The leader's number.
    var pid: Int32
    /// Its descriptor; nil when it had ended before anybody could open it.
    var leader: Int32?
    var isExternal: Bool
    var isInGroup: Bool
    var exit: SupervisionCore.ExitStatus?
    var isReported: Bool
    var reaped: Int
    var ending: Int32?
    var leftovers: [Process]
  }

  /// The socket on which a run speaks.
  struct Ear: Equatable {
    var chat: UInt32
    var incarnation: UInt64
    var socket: Int32
    /// As NOTIFY_SOCKET has it.
    var address: String
  }

  /// What is known of a chat beside its machine and its files.
  struct Chat: Equatable {
    var number: UInt32
    /// Nil: the graph had no row of it.
    var isClosed: Bool?
    var answered: UInt64
    var restarts: UInt64
    var stateSince: Int64?
    var lastPid: Int32?
    var lastExit: SupervisionCore.ExitStatus?
    var limitRemark: String?
    var handlerStatus: String?
    var lastWords: String?
  }

  /// A client on the control socket.
  struct Connection: Equatable {
    var socket: Int32
    /// The chats that it listens to.
    var leases: [UInt32]
    /// The last row that it was sent; nil when it has not subscribed.
    var pushed: UInt64?
    /// Requests that were received and not answered.
    var unread: [UInt8]
    /// Answers that wait to be written.
    var unwritten: [UInt8]
    var isAnswering: Bool
    var isEnding: Bool
    var expiresAt: Int64?
  }

  /// Why the state was taken.
  struct Upgrade: Equatable {
    /// The program that takes over.
    var program: String
    /// The version of the one that wrote this.
    var formerVersion: String
    /// The descriptor of its file.
    var former: Int32
    /// The socket of the connection that asked, which is answered by who serves in the end.
    var asker: Int32?
    /// When it was asked for, by the monotonic clock.
    var beganAt: Int64
  }

  /// Every descriptor that is named, in no order.
  var descriptors: [Int32] {
    [lock, upgrade.former] + control.listeners + runs.compactMap(\.leader)
      + runs.flatMap(\.leftovers).map(\.descriptor)
      + ears.map(\.socket) + connections.map(\.socket)
  }
}

/// Why a state cannot be used.
struct StateError: Error, Equatable, CustomStringConvertible {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  var description: String { reason }
}
