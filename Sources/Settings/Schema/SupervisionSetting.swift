internal import SupervisionCore
internal import TimeSpans

/// A setting that is a number of the supervision, with the place where the core has it.
///
/// The defaults are the core's own.
struct SupervisionSetting: Sendable {
  let setting: Setting
  private let field: Field

  private typealias Path<Value> = any WritableKeyPath<SupervisionSettings, Value> & Sendable

  private enum Field: Sendable {
    case span(Path<SupervisionCore.TimeSpan>)
    case count(Path<Int>)
    case largeCount(Path<Int64>)
    case factor(Path<Double>)
  }

  private init(
    _ key: String, _ range: ClosedRange<Int64>, isEndless: Bool = false,
    _ path: Path<SupervisionCore.TimeSpan>,
    _ explanation: String
  ) {
    let usual = SupervisionSettings()[keyPath: path].nanoseconds
    setting = Setting(
      key, .span(range, isEndless: isEndless),
      initial: TimeSpans.TimeSpan(nanoseconds: usual).description, explanation)
    field = .span(path)
  }

  private init(
    _ key: String, _ path: Path<Int>,
    _ explanation: String
  ) {
    setting = Setting(
      key, .count(1...1_000, isEndless: false),
      initial: "\(SupervisionSettings()[keyPath: path])", explanation)
    field = .count(path)
  }

  private init(
    _ key: String, large path: Path<Int64>,
    _ explanation: String
  ) {
    setting = Setting(
      key, .count(1...1_000_000, isEndless: false),
      initial: "\(SupervisionSettings()[keyPath: path])", explanation)
    field = .largeCount(path)
  }

  private init(
    _ key: String, _ range: ClosedRange<Double>,
    _ path: Path<Double>, _ explanation: String
  ) {
    setting = Setting(
      key, .factor(range), initial: "\(SupervisionSettings()[keyPath: path])", explanation)
    field = .factor(path)
  }

  /// Puts a value where the core looks for it.
  func put(_ value: SettingValue, into settings: inout SupervisionSettings) {
    switch (field, value) {
    case (.span(let path), .number(let number)):
      settings[keyPath: path] =
        number == .max ? .infinity : SupervisionCore.TimeSpan(nanoseconds: number)
    case (.count(let path), .number(let number)):
      settings[keyPath: path] = Int(clamping: number)
    case (.largeCount(let path), .number(let number)): settings[keyPath: path] = number
    case (.factor(let path), .factor(let number)): settings[keyPath: path] = number
    case (.span, _), (.count, _), (.largeCount, _), (.factor, _): break
    }
  }
}

extension SupervisionSetting {
  /// Which a chat may have of its own.
  static let perChat = [
    SupervisionSetting(
      "idle_timeout", 0...Spans.longest, isEndless: true, \.idleTimeout,
      "How long a handler is kept after the last consumer and the last message"),
    SupervisionSetting(
      "stop_timeout", Spans.millisecond...Spans.longest, \.stopTimeout,
      "The time from SIGTERM to SIGKILL"),
    SupervisionSetting(
      "start_timeout", Spans.millisecond...Spans.longest, \.startTimeout,
      "The time from the start of a handler to its readiness"),
  ]

  /// Which count for all.
  static let all = [
    SupervisionSetting(
      "kill_timeout", 100 * Spans.millisecond...Spans.longest, \.killTimeout,
      "The time from SIGKILL to calling what is left a survivor"),
    SupervisionSetting(
      "extension_limit", 0...Spans.longest, \.extensionLimit,
      "By so much a run may put off the end of its start, and that of its stop, in all"),
    SupervisionSetting(
      "watchdog_tolerance", Spans.millisecond...Spans.longest, \.watchdogTolerance,
      "By so much a sign of life may be late"),
    SupervisionSetting(
      "backoff_first", Spans.millisecond...Spans.longest, \.backoff.first,
      "The delay after the first failed run"),
    SupervisionSetting(
      "backoff_factor", 1...100, \.backoff.factor,
      "By so much the delay grows with each further failed run"),
    SupervisionSetting(
      "backoff_cap", Spans.millisecond...Spans.longest, \.backoff.cap,
      "The longest delay; a parked chat waits so long before it may be woken"),
    SupervisionSetting(
      "backoff_jitter", 0...0.9, \.backoff.jitter,
      "The share by which a delay is varied in both directions"),
    SupervisionSetting(
      "stable_run", 0...Spans.longest, \.backoff.stableRun,
      "A run must last this long, and have answered, before the delay is halved"),
    SupervisionSetting("crash_limit", \.crashLimit, "So many failed runs park a chat"),
    SupervisionSetting(
      "crash_window", Spans.second...Spans.longest, \.crashWindow,
      "The time within which they are counted"),
    SupervisionSetting(
      "poison_limit", \.poisonLimit,
      "So many failed runs in a row with the same first message set it aside"),
    SupervisionSetting(
      "outage_limit", \.outage.limit,
      "So many chats that fail alike, two at least, wait for one of them that tries"),
    SupervisionSetting(
      "outage_window", Spans.second...Spans.longest, \.outage.window,
      "The time within which they are counted, and over which they start again"),
    SupervisionSetting(
      "outage_delay", Spans.second...Spans.longest, \.outage.delay,
      "The delay before the first try; it doubles up to backoff_cap"),
    SupervisionSetting(
      "chat_burst", large: \.childBudget.burst, "Starts of one chat that may follow at once"),
    SupervisionSetting(
      "chat_period", Spans.millisecond...Spans.longest, \.childBudget.period,
      "The time after which one more start of it is allowed"),
    SupervisionSetting(
      "total_burst", large: \.daemonBudget.burst, "Starts of all chats that may follow at once"),
    SupervisionSetting(
      "total_period", Spans.millisecond...Spans.longest, \.daemonBudget.period,
      "The time after which one more start is allowed"),
  ]

  static func named(_ key: String) -> SupervisionSetting? {
    (perChat + all).first { $0.setting.key == key }
  }
}
