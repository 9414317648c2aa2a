import Glibc
import LinuxSystem
import SystemPackage
import TestSupport

/// A live process as `/proc` shows it, with its environment; zombies are not alive.
///
/// What is asked to prove that somebody is there, or that nobody is.
struct ProjectProcess: CustomStringConvertible {
  let status: ProcessStatus
  private let environment: [String]

  init?(_ pid: Int32) {
    guard let file = try? Descriptor.open(FilePath("/proc/\(pid)/environ"), flags: O_RDONLY),
      let bytes = try? file.readToEnd(), !bytes.isEmpty,
      let status = ProcessStatus.of(pid), !ProcessTable.hasEnded(status.state)
    else { return nil }
    self.status = status
    environment = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  var pid: Int32 { status.pid }

  func variable(_ name: String) -> String? {
    environment.last { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
  }

  /// The chat that the process works for, as a handler or as a descendant of one.
  var chat: Int? { variable("WG_CHAT_ID").flatMap { Int($0) } }
  /// The run of the handler that it belongs to.
  var incarnation: Int? { variable("WG_INCARNATION").flatMap { Int($0) } }
  var project: String? { variable(Leftovers.projectVariable) }

  /// Whether this very process is still there.
  var isStillAlive: Bool {
    guard let now = ProcessStatus.of(pid) else { return false }
    return now.startTicks == status.startTicks && !ProcessTable.hasEnded(now.state)
  }

  func send(_ signal: Signal) throws {
    let process = try ProcessDescriptor.open(pid)
    guard isStillAlive else { throw Errno.noSuchProcess }
    try process.signal(signal)
  }

  func kill() { try? send(.kill) }

  var description: String {
    let incarnation = incarnation.map { " run \($0)" } ?? ""
    let chat = chat.map { " chat \($0)" } ?? ""
    return "\(pid) \(status.name) \(status.state) parent \(status.parent)\(chat)\(incarnation)"
  }

  static func all(withVariable name: String) -> [ProjectProcess] {
    let names = (try? Directory.names(in: "/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap { ProjectProcess($0) }
      .filter { $0.variable(name) != nil }
  }
}

extension Project {
  /// Everybody who was started for this project and lives.
  func processes() -> [ProjectProcess] {
    ProjectProcess.all(withVariable: Leftovers.projectVariable)
      .filter { $0.project == root.string }
  }

  /// Handlers and all their descendants, of one chat or of all.
  func handlers(of chat: Int? = nil) -> [ProjectProcess] {
    processes().filter { $0.chat != nil && (chat == nil || $0.chat == chat) }
  }

  /// The process that the chat's session lock names.
  func lockHolder(of chat: Int) -> ProjectProcess? {
    guard let folder = try? folder(of: chat),
      let pid = text(of: folder.appending(".handler.pid"))?.split(separator: "\n").first,
      let process = Int32(pid).flatMap({ ProjectProcess($0) }), process.chat == chat
    else { return nil }
    return process
  }

  func waitForHandler(of chat: Int) throws -> ProjectProcess {
    var found: ProjectProcess?
    try until("chat \(chat) has a handler") {
      found = lockHolder(of: chat)
      return found != nil
    }
    guard let found else { throw FaultError("no handler of chat \(chat)") }
    return found
  }

  func waitForNoHandlers(of chat: Int? = nil) throws {
    try until("no handler is alive") { handlers(of: chat).isEmpty }
  }

  /// Two runs of one chat that live at the same time, described; nil when there are none.
  func overlap() -> String? { ProjectProcess.overlap(in: root.string) }
}

extension ProjectProcess {
  /// Two runs of one chat that live at the same time, described; nil when there are none.
  ///
  /// The processes are looked at one after the other, so those that were seen are looked at again:
  /// who was there before and after another was seen lived together with it.
  static func overlap(in project: String) -> String? {
    let seen = all(withVariable: Leftovers.projectVariable).filter {
      $0.project == project && $0.incarnation != nil
    }
    for process in seen where process.isStillAlive {
      if let other = seen.first(where: {
        $0.chat == process.chat && $0.incarnation != process.incarnation && $0.isStillAlive
      }) {
        return "\(process) lives together with \(other)"
      }
    }
    return nil
  }
}
