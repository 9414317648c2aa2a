/// What somebody may have meant.
enum NearMiss {
  /// `; is … meant?`, or nothing.
  static func hint(_ word: String, among known: [String]) -> String {
    nearest(to: word, among: known).map { "; is `\($0)` meant?" } ?? ""
  }

  /// The known word that differs in the fewest letters, if those are few.
  static func nearest(to word: String, among known: [String]) -> String? {
    let word = word.lowercased()
    guard word.utf8.count <= 64 else { return nil }
    let candidates = known.map { (word: $0, distance: distance(word, $0.lowercased())) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }),
      best.distance <= (best.word.utf8.count < 4 ? 1 : max(2, best.word.utf8.count / 3))
    else { return nil }
    return best.word
  }

  /// Letters to insert, drop or replace; Wagner and Fischer.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (index, letter) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
