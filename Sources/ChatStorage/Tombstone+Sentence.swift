extension Tombstone {
  /// Since when it stands, why, and by whose hand.
  public var sentence: String {
    let who = by.map { " by `\($0.command)` (uid \($0.uid), pid \($0.pid))" } ?? ""
    return "a tombstone stands since \(purgedAt.prefix(19))Z (\(reason.name))\(who)"
  }
}
