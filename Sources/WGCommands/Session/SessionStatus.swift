internal import ArgumentParser
internal import ChatStorage
internal import Terminal

/// The command `wg session status`.
struct SessionStatus: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show who holds a session.")

  @OptionGroup var target: SessionTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let view = try project.view(of: try project.session(target.session))
    return Report(view.payload, lines: [SafeText.line("\(target.session): \(words(view))")])
  }

  private func words(_ view: SessionView) -> String {
    switch view.standing {
    case .free: "no handler"
    case .held(let holder):
      "live pid=\(holder.pid) kind=\(holder.kind) started=\(holder.startedAt)"
    case .stale(let holder):
      "stale lock: pid \(holder.pid), which held it, is gone; the next handler takes it"
    }
  }
}
