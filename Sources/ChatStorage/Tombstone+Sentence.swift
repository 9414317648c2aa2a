internal import JSONLines

extension Tombstone {
  /// Since when it stands, why, and by whose hand.
  public var sentence: String {
    let who = by.map { " by `\($0.command)` (uid \($0.uid), pid \($0.pid))" } ?? ""
    return "a tombstone stands since \(purgedAt.prefix(19))Z (\(reason.name))\(who)"
  }

  /// What became of the handler, and how that is known; nil when there was none, or nothing is known
  /// yet.
  public var ending: String? {
    // A purge without a dispatcher keeps it one level deeper.
    let end = evidence["handler"]?.object ?? evidence
    guard let outcome = end["outcome"]?.string, outcome != "none" else { return nil }
    let pids = (end["pids"]?.array ?? []).compactMap(\.int).map(String.init)
    let who = pids.isEmpty ? "" : " (PIDs \(pids.joined(separator: ", ")))"
    let left = (end["survivors"]?.array ?? []).compactMap(Self.survivor)
    if !left.isEmpty { return "the handler\(who) survived: \(left.joined(separator: "; "))" }
    let proofs = Self.proofs(end)
    return "the handler\(who) was \(outcome)"
      + (proofs.isEmpty ? "" : "; nothing is left: \(proofs.joined(separator: ", "))")
  }

  private static func survivor(_ row: JSONValue) -> String? {
    guard let pid = row["pid"]?.int else { return nil }
    let place = row["waits_in"]?.string.map { ", in \($0)" } ?? ""
    return "process \(pid) is in state \(row["state"]?.string ?? "?")\(place)"
  }

  private static func proofs(_ end: JSONObject) -> [String] {
    let reaped = end["reaped"]?.int ?? 0
    return [
      reaped > 0 ? "\(reaped) reaped" : nil,
      end["process_group"]?["processes"] == 0 ? "the process group is empty" : nil,
      end["control_group"]?["populated"] == 0 ? "the control group is empty" : nil,
    ].compactMap(\.self)
  }
}
