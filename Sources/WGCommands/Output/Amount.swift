internal import LinuxSystem
internal import TimeSpans

/// Amounts for people: short, and rounded down.
enum Amount {
  /// `812K`, `4.1M`, `2.3G`, in units of 1024 as systemctl has them.
  static func memory(_ bytes: Int64) -> String {
    var value = Double(max(0, bytes)) / 1024
    for unit in ["K", "M"] {
      if value < 1024 { return spelled(value) + unit }
      value /= 1024
    }
    return spelled(value) + "G"
  }

  private static func spelled(_ value: Double) -> String {
    let tenths = Int64(value * 10)
    return tenths >= 1000 || tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// `41s`, `4min`, `3h`, `12d`: the largest unit.
  static func age(_ nanoseconds: Int64) -> String {
    let seconds = max(0, nanoseconds) / 1_000_000_000
    let units: [(Int64, String)] = [(86_400, "d"), (3_600, "h"), (60, "min")]
    for (size, name) in units where seconds >= size { return "\(seconds / size)\(name)" }
    return "\(seconds)s"
  }

  /// How long ago a time was; `-` for what is no time.
  static func since(_ time: String?, now: Int64) -> String {
    time.flatMap(Timestamp.parse).map { age(now - $0) } ?? "-"
  }

  /// How long it is until a time; `-` for what is no time.
  static func until(_ time: String?, now: Int64) -> String {
    time.flatMap(Timestamp.parse).map { "in " + age($0 - now) } ?? "-"
  }
}
