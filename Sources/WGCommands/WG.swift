internal import ArgumentParser
internal import ControlProtocol

/// `wg` itself.
struct WG: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wg",
    abstract: "Chats with agents, kept alive exactly while somebody listens or something waits.",
    discussion: """
      Commands work on the project in the current folder or above it. A chat is named by its \
      number, .chat-N, its name, or its session's uuid or a unique prefix of it.

      Exit status: 0 done; 1 failed; 64 usage; 65 bad data; 66 no such project, chat or file; \
      69 the dispatcher is needed but not running; 75 try again; 77 not permitted.
      """,
    version: "wg \(ProgramVersion.current)",
    subcommands: [
      InitializeProject.self, ServiceGroup.self, ChatGroup.self, WhyCommand.self,
      EventsCommand.self, MetricsCommand.self, ListTasks.self,
      ShowTask.self, AddTask.self, ReadyTasks.self, LogTask.self, DoneTask.self, FailTask.self,
      AbandonTask.self, RetryTask.self, ArchiveTasks.self, SessionGroup.self, MigrateGroup.self,
      ConfigGroup.self, DoctorCommand.self,
      TerminalInterface.self, Completions.self,
    ])
}
