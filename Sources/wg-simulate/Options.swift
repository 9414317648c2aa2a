/// What the command line asks for.
struct Options: Sendable {
  struct Problem: Error { let text: String }

  var schedules: UInt64 = 100_000
  var seed: UInt64 = 1
  var threads: UInt64 = 2
  /// Print the history of the schedule of `seed`, and run nothing else.
  var traces = false
  /// Record every decision, read it back and make it again, and run nothing else.
  var records = false
  /// Have another program go on after each turn, and run nothing else.
  var upgrades = false
  var asksForHelp = false

  static let usage = """
    usage: wg-simulate [--schedules N] [--seed S] [--threads N] [--trace|--records|--upgrades]

    Runs N schedules, those of the seeds from S on, against the supervision core.
    --trace prints the history of the one schedule that belongs to seed S.
    --records writes every decision as decisions.jsonl has it, reads it back and decides
    again, which must come out the same; and says what recording costs. One thread.
    --upgrades has another program go on after each turn, from the state as an upgrade
    passes it on; it must decide what the first one decides. One thread.
    Exit status: 0 nothing broke, 1 an invariant broke, 64 usage.
    """

  private init() {}

  static func parse(_ arguments: some Sequence<String>) throws(Problem) -> Options {
    var options = Options()
    var rest = Array(arguments)[...]
    while let name = rest.popFirst() {
      switch name {
      case "--trace": options.traces = true
      case "--records": options.records = true
      case "--upgrades": options.upgrades = true
      case "--help", "-h": options.asksForHelp = true
      case "--schedules": options.schedules = try number(after: name, &rest)
      case "--seed": options.seed = try number(after: name, &rest)
      case "--threads": options.threads = try min(64, max(1, number(after: name, &rest)))
      default: throw Problem(text: "unknown argument '\(name)'")
      }
    }
    return options
  }

  private static func number(
    after name: String, _ rest: inout ArraySlice<String>
  ) throws(Problem) -> UInt64 {
    guard let text = rest.popFirst() else { throw Problem(text: "\(name) needs a number") }
    guard let number = UInt64(text) else { throw Problem(text: "'\(text)' is not a number") }
    return number
  }
}
