internal import ChatStorage
internal import Glibc
internal import LinuxSystem
internal import Settings
internal import SystemPackage

/// A control group for each chat's handler, where the system gave this process a part of its tree.
///
/// A group is made for a run and removed when the run's last process is gone, so that a chat that
/// rests costs nothing. Without a delegated part nothing here does anything.
final class ChatGroups {
  /// Nil: every handler is where this process is.
  private let delegated: DelegatedGroup?
  /// Where the groups are, or why there are none, for the log.
  let description: String
  private let log: DispatcherLog
  private var present: Configuration?
  private var applied: [ChatID: ControlGroup.Limits] = [:]
  /// What was said already.
  private var reported: Set<String> = []

  /// `project` tells this dispatcher's groups from those of others in the same part of the tree.
  init(project: String, log: DispatcherLog) {
    self.log = log
    do throws(DelegatedGroup.Refusal) {
      let delegated = try DelegatedGroup.take(for: project)
      self.delegated = delegated
      let limits = delegated.controllers.map(\.rawValue).sorted().joined(separator: " and ")
      description =
        "control groups in \(delegated.root.path)" + (limits.isEmpty ? "" : " with \(limits)")
    } catch {
      delegated = nil
      description = "no control groups, \(error)"
    }
  }

  /// The group of a chat that has one now.
  func group(of chat: ChatID) -> ControlGroup? {
    guard let group = delegated?.root.child(Self.name(chat)), group.exists else { return nil }
    return group
  }

  private static func name(_ chat: ChatID) -> String { "chat-\(chat.number)" }

  private static func chat(_ group: ControlGroup) -> ChatID? {
    guard group.name.hasPrefix("chat-"), let chat = ChatID(alias: group.name) else { return nil }
    return name(chat) == group.name ? chat : nil
  }
}

extension ChatGroups {
  /// Makes a chat's group for a run that is about to begin, while nobody holds the chat's lock.
  ///
  /// False when processes of an earlier run are in it: they are killed, and the run can begin when
  /// they are gone. A group that cannot be made is done without.
  func prepare(_ chat: ChatID, _ limits: ChatLimits) -> Bool {
    guard let delegated else {
      warnUnlimited(limits)
      return true
    }
    do throws(Errno) {
      // One that could not be removed would tell of what its former run did.
      try? delegated.root.child(Self.name(chat)).remove()
      let group = try delegated.root.makeChild(Self.name(chat))
      guard try !group.isPopulated() else {
        endStrays(in: group, of: chat)
        return false
      }
      set(limits.group, on: group, of: chat)
    } catch {
      warnOnce("Coordinator-\(chat.number): no control group can be made: \(error)")
    }
    return true
  }

  /// Sets what the configuration says now for runs that are there.
  func apply(_ settings: Configuration) {
    guard settings != present else { return }
    present = settings
    // Also those of runs that another dispatcher began.
    for group in (try? delegated?.root.children()) ?? [] {
      guard let chat = Self.chat(group) else { continue }
      let new = settings.limits(of: chat).group
      if applied[chat] != new { set(new, on: group, of: chat) }
    }
  }

  private func set(_ limits: ControlGroup.Limits, on group: ControlGroup, of chat: ChatID) {
    applied[chat] = limits
    for refusal in group.apply(limits) { warn(of: refusal, chat) }
  }

  /// A controller that is missing is missing for every chat.
  private func warn(of refusal: ControlGroup.LimitRefusal, _ chat: ChatID) {
    if refusal.errno == .noSuchFileOrDirectory {
      warnOnce("\(refusal.file) of config.toml does not count: its controller was not delegated")
    } else {
      warnOnce("Coordinator-\(chat.number): \(refusal.file) cannot be set: \(refusal.errno)")
    }
  }

  private func warnUnlimited(_ limits: ChatLimits) {
    guard limits.group != ControlGroup.Limits() else { return }
    warnOnce(
      "Limits of config.toml do not count: \(description) — they need a unit with Delegate=yes, "
        + "such as wg-dispatcher.service")
  }

  private func warnOnce(_ text: String) {
    if reported.insert(text).inserted { log.warn(.storageProblem, text) }
  }
}

extension ChatGroups {
  /// What a group was when the last process of a run had gone.
  struct End: Equatable {
    /// The group, when the kernel has let it be removed, which it does when no process is in it.
    let provenEmpty: FilePath?
    let hits: ControlGroup.LimitHits
  }

  /// Removes the group of a run that has ended; nil when it had none.
  func end(_ chat: ChatID) -> End? {
    applied[chat] = nil
    guard let group = group(of: chat) else { return nil }
    let hits = group.limitHits()
    do throws(Errno) {
      try group.remove()
      return End(provenEmpty: group.path, hits: hits)
    } catch {
      // Somebody has moved a process in since it was seen empty, or the tree is read-only by now.
      log.warn(.storageProblem, "\(group.path) cannot be removed: \(error)")
      try? group.kill()
      return End(provenEmpty: nil, hits: hits)
    }
  }

  /// How long processes that were killed may take to be gone before anything else is done.
  private static let patience: Int64 = 2_000_000_000

  /// Ends what lives in groups of chats without a run: their handler has died, and so has the
  /// dispatcher that would have ended the rest.
  ///
  /// Blocks for at most two seconds, and only when there is something to end.
  func endStrays(except isRunning: (ChatID) -> Bool) {
    guard let groups = try? delegated?.root.children() else { return }
    let idle = groups.filter { group in Self.chat(group).map { !isRunning($0) } ?? false }
    for group in idle where (try? group.isPopulated()) != false {
      if let chat = Self.chat(group) { endStrays(in: group, of: chat) }
    }
    let deadline = Deadline.after(nanoseconds: Self.patience)
    for group in idle {
      _ = try? GroupPopulation(of: group).awaitEmpty(until: deadline)
      try? group.remove()
    }
  }

  private func endStrays(in group: ControlGroup, of chat: ChatID) {
    let pids = (try? group.processes()) ?? []
    log.warn(
      .chatKilled,
      "Coordinator-\(chat.number): SIGKILL to what an earlier run left in \(group.path) (PIDs "
        + "\(pids.map(String.init).joined(separator: ", ")))")
    try? group.kill()
  }

  /// Leaves the tree as it was found, when no group of a handler is in it any more.
  func giveBack() { delegated?.giveBack() }
}

extension ChatLimits {
  var group: ControlGroup.Limits {
    ControlGroup.Limits(memoryMax: memoryMax, memoryHigh: memoryHigh, tasksMax: tasksMax)
  }
}

extension ChatGroups.End {
  /// What limits had to do with the end; nil when nothing.
  var remark: String? {
    if hits.memoryKills > 0 { return "killed by the kernel for memory (memory.max)" }
    if hits.refusedTasks > 0 {
      return "could not start \(hits.refusedTasks) processes or threads (pids.max)"
    }
    return nil
  }
}
