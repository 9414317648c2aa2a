internal import ArgumentParser

/// A command of `wg`: parsed by the argument parser, run by `CommandRunner` in a context that it is
/// given, so that a test can run it without a process.
protocol WGCommand: ParsableCommand {
  var global: GlobalOptions { get }

  /// Does the work and says what came of it.
  ///
  /// What it throws becomes a failure of the right kind.
  func perform(in context: CommandContext) throws -> Report
}
