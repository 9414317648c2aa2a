internal import Glibc
internal import SupervisionSimulator

do throws(Options.Problem) {
  let options = try Options.parse(CommandLine.arguments.dropFirst())
  exit(run(options) ? 0 : 1)
} catch {
  Console.writeError("wg-simulate: \(error.text)\n\(Options.usage)")
  exit(64)
}

/// Whether nothing broke.
func run(_ options: Options) -> Bool {
  if options.asksForHelp {
    Console.write(Options.usage)
    return true
  }
  if options.traces { return Report.traceOne(options.seed) }
  if options.records { return RecordCheck.run(options) }
  if options.upgrades { return UpgradeCheck.run(options) }
  let campaign = Campaign(options)
  let start = Stopwatch()
  let tally = campaign.run()
  return Report.summarize(tally, seconds: start.seconds)
}
