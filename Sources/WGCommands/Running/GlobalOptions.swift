internal import ArgumentParser

/// What every command accepts.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The project, or its .wg folder. Otherwise WG_DIR, or the nearest folder above.",
      valueName: "path"),
    completion: .directory)
  var dir: String?

  @Flag(name: .long, help: "Print exactly one JSON document on standard output.")
  var json = false

  init() {}
}
