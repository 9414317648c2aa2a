/// How many chats the limits of this machine allow.
struct LimitFacts {
  let chats: Int
  /// Of the running dispatcher, or what one would get.
  let descriptors: UInt64?
  /// `fs.inotify.max_user_watches`.
  let watches: UInt64?
  /// `fs.inotify.max_user_instances`.
  let instances: UInt64?

  /// For the dispatcher itself, beside what a running chat costs.
  private static let ownDescriptors: UInt64 = 64
  private static let descriptorsPerChat: UInt64 = 4
  private static let ownWatches: UInt64 = 2
  private static let watchesPerChat: UInt64 = 2
}

extension LimitFacts {
  var findings: [Finding] { [descriptorFinding, watchFinding].compactMap(\.self) }

  private var descriptorFinding: Finding? {
    guard let descriptors else { return nil }
    let possible =
      descriptors < Self.ownDescriptors
      ? 0 : (descriptors - Self.ownDescriptors) / Self.descriptorsPerChat
    guard possible < UInt64(chats) else {
      return .ok(
        .descriptors, "\(Self.number(descriptors)) descriptors for \(Count.of(chats, "chat"))")
    }
    return .warning(
      .descriptors,
      "\(descriptors) descriptors are enough for \(possible) running chats; there are \(chats)",
      meaning: "beyond that, handlers are not started until others have ended",
      advice: "raise LimitNOFILE= in the unit, or `ulimit -Hn` where the dispatcher is started")
  }

  private var watchFinding: Finding? {
    guard let watches, let instances else {
      return .note(
        .inotify, "the limits of inotify are not readable",
        meaning: "messages may be noticed only when the dispatcher is told of them")
    }
    let needed = Self.ownWatches + Self.watchesPerChat * UInt64(chats)
    if watches < needed || instances < 8 {
      return .warning(
        .inotify,
        "\(watches) watches and \(instances) instances for a user; \(Count.of(chats, "chat")) "
          + "need \(needed) watches",
        meaning: "messages of some chats are noticed only when the dispatcher is told of them",
        advice: "sysctl fs.inotify.max_user_watches=\(max(65_536, needed * 2)) "
          + "fs.inotify.max_user_instances=\(max(128, instances))")
    }
    return .ok(.inotify, "\(watches) watches for \(Count.of(chats, "chat"))")
  }

  private static func number(_ limit: UInt64) -> String {
    limit == .max ? "unlimited" : "\(limit)"
  }
}
