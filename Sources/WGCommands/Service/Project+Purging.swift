internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import TimeSpans

extension Project {
  /// Asks on a terminal when somebody is attached to a chat that would be purged.
  func confirmPurge(_ wishes: PurgeWishes) throws {
    guard context.console.canAsk(), !context.isJSON, let service = try runningService() else {
      return
    }
    let meant = service.chats.filter { !wishes.spares($0) }
    let attached = meant.filter { $0.consumers > 0 }
    if attached.isEmpty { return }
    let names = attached.map(\.taskID).joined(separator: ", ")
    try context.confirm("Purge \(Count.of(meant.count, "chat"))? Somebody is attached to \(names).")
  }

  /// Archives every chat that is not spared and ends its handler, in the order of the design's rule 11.
  func purge(_ wishes: PurgeWishes) throws -> Report {
    let answer =
      if let client = try dispatcherForChange() {
        try purge(wishes, through: client)
      } else {
        try purgeOffline(wishes)
      }
    return Report(
      answer.response.payload, lines: PurgeText.lines(answer), notes: PurgeText.notes(answer),
      failure: answer.response.failure)
  }

  /// A refusal without a list of chats is one; an answer with survivors still tells what was done.
  private func purge(
    _ wishes: PurgeWishes, through client: DispatcherClient
  ) throws -> PurgeAnswer {
    let response = try client.ask(wishes.request, within: Self.limit(wishes.grace))
    if let failure = response.failure, response.payload["purged"] == nil { throw failure }
    return try PurgeAnswer(payload: response.payload)
  }

  /// Chats end in parallel, so a thousand take as long as the slowest one.
  private static func limit(_ grace: TimeSpan?) -> TimeSpan {
    let (sum, overflow) = (grace ?? .seconds(300)).nanoseconds
      .addingReportingOverflow(120_000_000_000)
    return overflow ? .infinity : TimeSpan(nanoseconds: sum)
  }

  private func purgeOffline(_ wishes: PurgeWishes) throws -> PurgeAnswer {
    try purgeOffline(
      PurgeOptions(
        except: Set(wishes.except.map(\.id)),
        callerChat: wishes.includesCaller ? nil : wishes.caller?.id,
        grace: wishes.grace?.nanoseconds ?? OfflineChange.grace, isDryRun: wishes.isDryRun))
  }

  private func purgeOffline(_ options: PurgeOptions) throws -> PurgeAnswer {
    let report = try OfflinePurge(catalog, options: options, by: graphChange(options.command)).run()
    return try PurgeAnswer(payload: report.json.object ?? [:])
  }
}

extension Project {
  /// Archives one chat without a dispatcher and ends its handler; nil when nothing was left to do.
  func purgeOne(
    _ chat: ChatSummary, as reason: Tombstone.Reason
  ) throws -> PurgeAnswer.Purged? {
    var options = PurgeOptions(
      grace: OfflineChange.grace, command: "wg chat \(reason.name)")
    options.only = [chat.id]
    options.reason = reason
    let answer = try purgeOffline(options)
    if let failure = answer.errors.first { throw ControlError(.failed, failure.error) }
    return answer.purged.first
  }
}
