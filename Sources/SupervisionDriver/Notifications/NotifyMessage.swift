package import SupervisionCore

/// One message of a handler, in the protocol of sd_notify(3).
///
/// Of each kind of line the last counts. Lines that mean nothing here are passed over: RELOADING,
/// MONOTONIC_USEC, MAINPID, ERRNO, BUSERROR, FDSTORE, BARRIER and whatever comes to be.
package struct NotifyMessage: Equatable {
  package var isReady = false
  /// For people: one line, printable, of bounded length; empty when the handler took it back.
  package var status: String?
  private var isAlive = false
  private var isBroken = false
  private var isLeaving = false
  private var watchdog: TimeSpan?
  private var needsTime: TimeSpan?

  /// Characters of a status that are kept.
  package static let statusLimit = 200

  package init(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) { take(line) }
  }

  private mutating func take(_ line: ArraySlice<UInt8>) {
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")),
      let name = String(validating: line[..<equals], as: UTF8.self),
      let value = String(validating: line[(equals + 1)...], as: UTF8.self)
    else { return }
    switch (name, value) {
    case ("READY", "1"): isReady = true
    case ("WATCHDOG", "1"): isAlive = true
    case ("WATCHDOG", "trigger"): isBroken = true
    case ("STOPPING", "1"): isLeaving = true
    case ("STATUS", _): status = Self.printable(value)
    case ("WATCHDOG_USEC", _): watchdog = Self.span(value) ?? watchdog
    case ("EXTEND_TIMEOUT_USEC", _): needsTime = Self.span(value) ?? needsTime
    default: break
    }
  }

  /// What the core is to know.
  ///
  /// A new span first, so that a sign in the same message counts for it.
  package var announcements: [Announcement] {
    var announcements: [Announcement] = []
    if let watchdog { announcements.append(.watchdog(watchdog)) }
    if isAlive { announcements.append(.alive) }
    if let needsTime { announcements.append(.needsTime(needsTime)) }
    if isBroken { announcements.append(.broken) }
    if isLeaving { announcements.append(.leaving) }
    return announcements
  }

  /// Microseconds; the largest number there is means for ever, as for systemd.
  private static func span(_ text: String) -> TimeSpan? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let microseconds = UInt64(text)
    else { return nil }
    let (nanoseconds, overflow) = Int64(clamping: microseconds).multipliedReportingOverflow(
      by: 1_000)
    return overflow ? .infinity : TimeSpan(nanoseconds: nanoseconds)
  }

  private static func printable(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(statusLimit) {
      line.append(isPrintable(scalar) ? scalar : " ")
    }
    return String(line)
  }

  /// Neither what moves the cursor nor what turns the direction of a line.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }
}
