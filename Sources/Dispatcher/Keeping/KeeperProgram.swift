internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Becoming the keeper of a dispatcher: `wg-keeper`, beside this program.
///
/// wg-keeper(8).
enum KeeperProgram {
  /// Makes this process the keeper where one is wanted; it starts the dispatcher as its child.
  ///
  /// Returns when none is wanted, or, of a keeper that nobody insists on, when there is none.
  static func executeIfWanted(_ options: DispatcherOptions, _ arguments: [String]) throws {
    // A child of a keeper, or a program that was executed in the place of one.
    if KeeperLink.isAnnounced { return }
    switch options.keeper {
    case .no: return
    case .auto:
      // Below systemd the next dispatcher learns more from the kernel, where that tells: systemd keeps
      // the runs' descriptors through a restart of the unit as well, and a keeper's knowledge goes
      // with it.
      if ServiceUnit.ofThisProcess() != nil, KernelProbe.tellsExitOfAnyProcess { return }
      try? execute(arguments)
    case .yes: try execute(arguments)
    }
  }

  /// Returns only by throwing.
  private static func execute(_ arguments: [String]) throws {
    let own = try CurrentProcess.executable()
    let keeper = own.removingLastComponent().appending("wg-keeper")
    DelegatedGroup.enter()
    try StorageError.about(keeper) { () throws(Errno) in
      try CurrentProcess.execute(keeper, [keeper.string, own.string] + arguments)
    }
  }
}
