/// Several things in one line for people.
enum Listing {
  /// The first three, and how many more there are: `a, b, c and 4 more`.
  static func of(_ items: [some CustomStringConvertible], limit: Int = 3) -> String {
    let shown = items.prefix(limit).map(\.description)
    let rest = items.count - shown.count
    if rest > 0 { return shown.joined(separator: ", ") + " and \(rest) more" }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }
}
