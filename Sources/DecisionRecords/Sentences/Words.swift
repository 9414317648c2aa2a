public import SupervisionCore

/// Small pieces that the sentences share.
enum Words {
  /// `3 messages`.
  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }

  /// `250 ms`, `1.6 s`, `5 min`, `2 h 3 min`: two units at most.
  static func span(_ nanoseconds: Int64) -> String {
    let milliseconds = max(0, nanoseconds) / 1_000_000
    if milliseconds < 1_000 { return "\(milliseconds) ms" }
    if milliseconds < 60_000 {
      let tenths = milliseconds / 100 % 10
      return tenths == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds / 1_000).\(tenths) s"
    }
    let seconds = milliseconds / 1_000
    let units: [(String, Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]
    let first = units.firstIndex { seconds >= $0.1 } ?? 3
    var text = "\(seconds / units[first].1) \(units[first].0)"
    let rest = seconds % units[first].1
    guard first + 1 < units.count, rest >= units[first + 1].1 else { return text }
    text += " \(rest / units[first + 1].1) \(units[first + 1].0)"
    return text
  }

  static func span(_ span: TimeSpan) -> String { self.span(span.nanoseconds) }
}

extension SupervisionCore.ExitStatus {
  /// As it stands in a sentence after "exited".
  public var sentence: String {
    switch self {
    case .exited(let code): "code: \(code)"
    case .signaled(let signal): "signal: \(signal)"
    case .unknown: "with unknown status"
    case .neverStarted: "before it started"
    }
  }

  /// The same in full: `was ended by signal 9`.
  var deed: String {
    switch self {
    case .exited(let code): "exited with status \(code)"
    case .signaled(let signal): "was ended by signal \(signal)"
    case .unknown: "ended, and nobody was told how"
    case .neverStarted: "never came into being"
    }
  }
}
