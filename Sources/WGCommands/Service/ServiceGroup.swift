internal import ArgumentParser

/// The command `wg service`.
struct ServiceGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service", abstract: "Start, stop and look at this project's dispatcher.",
    groupedSubcommands: [
      CommandGroup(
        name: "Dispatcher",
        subcommands: [
          ServiceStart.self, ServiceStop.self, ServiceRestart.self, ServiceReload.self,
          ServiceUpgrade.self,
          ServiceStatusCommand.self, ServiceLogs.self, ServicePurgeChats.self,
          ServiceInstall.self, ServiceUninstall.self,
        ]),
      CommandGroup(
        name: "Legacy",
        subcommands: [
          ServiceCreateChat.self, ServiceArchiveChat.self, ServiceStopChat.self,
          ServiceDeleteChat.self, ServiceInterruptChat.self, ServiceSetExecutor.self,
        ]),
    ])
}
