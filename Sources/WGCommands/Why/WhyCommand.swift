internal import ArgumentParser
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import Terminal

/// The command `wg why`.
struct WhyCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Explain why a chat's handler runs, waits, or does not run.",
    discussion: """
      From the records of decisions that the dispatcher keeps; with the dispatcher down, from \
      them and the files alone.
      """)

  @OptionGroup var target: ChatTarget

  @Option(
    help: ArgumentHelp("The last so many decisions about the chat as well.", valueName: "count"))
  var last: Int?

  @Flag(help: "Make the recorded decisions again, and say whether they come out the same.")
  var verify = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let last, last < 0 { throw ValidationError("the number of decisions cannot be negative") }
  }

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let inquiry = try WhyInquiry(target.chat, in: project)
    let history = last.map { inquiry.situation.rows.suffix($0) }
    let verification = verify ? try inquiry.verification() : nil
    var payload = inquiry.situation.payload
    payload["decisions"] = history.map { .array($0.map(\.json)) } ?? .null
    payload["verification"] = verification?.json ?? .null
    var lines = inquiry.situation.lines()
    if let history { lines += ["", "Decisions:"] + history.map(\.line) }
    if let verification { lines += ["", VerificationText.line(verification)] }
    return Report(
      payload, lines: lines.map(SafeText.line), notes: inquiry.notes,
      failure: verification.flatMap(VerificationText.failure))
  }
}

/// What a verification found, in words.
enum VerificationText {
  static func line(_ verification: Verification) -> String {
    let again = "\(Count.of(verification.same, "decision")) made again and came out the same"
    return verification.incomplete == 0
      ? again : "\(again); \(verification.incomplete) cannot, their first rows were rotated away"
  }

  static func failure(_ verification: Verification) -> ControlError? {
    guard let first = verification.differences.first else { return nil }
    let count = Count.of(verification.differences.count, "decision")
    return ControlError(
      .badData, "\(count) came out otherwise; the first is \(first.sequence): \(first.text)",
      hint: "the records are damaged, or were written by a program with other rules")
  }
}
