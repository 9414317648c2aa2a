internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol

/// The command `wg doctor`.
struct DoctorCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what is wrong, or will be, and say what to do.",
    discussion: """
      Looks at the machine, and at the project where there is one. Nothing is changed and nothing \
      is started. Exit status: 0 without a problem, 1 with one; warnings and notes do not count.
      """)

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try Self.project(in: context)
    var machine = MachineFacts.gather(environment: context.environment)
    guard let layout = project?.layout else {
      let absent = Finding.note(
        .project, "there is no project here or above; only the machine was looked at",
        advice: "wg doctor --dir PATH")
      return DoctorReport(project: nil, findings: machine.findings + [absent]).report
    }
    let facts = ProjectFacts.gather(layout, environment: context.environment)
    machine.login.servesProject = facts.unit?.isUserUnit ?? false
    return DoctorReport(project: layout.root, findings: machine.findings + facts.findings).report
  }

  /// Nil when none was asked for and none is near; one that was asked for has to be there.
  private static func project(in context: CommandContext) throws -> Project? {
    do {
      return try context.project()
    } catch {
      let isNamed = context.directoryOption != nil || context.environment["WG_DIR"] != nil
      guard !isNamed, ControlError(causedBy: error).code == .notFound else { throw error }
      return nil
    }
  }
}
