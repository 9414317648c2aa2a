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
      // A service manager's main process is the dispatcher itself.
      if ServiceUnit.ofThisProcess() == nil { try? execute(arguments) }
    case .yes: try execute(arguments)
    }
  }

  /// Returns only by throwing.
  private static func execute(_ arguments: [String]) throws {
    let own = try CurrentProcess.executable()
    let keeper = own.removingLastComponent().appending("wg-keeper")
    try StorageError.about(keeper) { () throws(Errno) in
      try CurrentProcess.execute(keeper, [keeper.string, own.string] + arguments)
    }
  }
}
