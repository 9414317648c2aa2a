internal import JSONLines
internal import SupervisionCore

/// The settings that a record does not name.
///
/// Fixed with the version of the records, whatever the defaults of the supervisor become.
enum UsualSettings {
  static let version1: SupervisionSettings = {
    var settings = SupervisionSettings()
    settings.startsChildren = true
    settings.idleTimeout = .seconds(300)
    settings.stopTimeout = .seconds(10)
    settings.killTimeout = .seconds(5)
    settings.startTimeout = .seconds(60)
    settings.extensionLimit = .seconds(300)
    settings.watchdogTolerance = .seconds(1)
    settings.backoff.first = .milliseconds(200)
    settings.backoff.factor = 2
    settings.backoff.cap = .seconds(300)
    settings.backoff.jitter = 0.2
    settings.backoff.stableRun = .seconds(60)
    settings.crashLimit = 8
    settings.crashWindow = .seconds(600)
    settings.poisonLimit = 3
    settings.outage.limit = 5
    settings.outage.window = .seconds(60)
    settings.outage.delay = .seconds(10)
    settings.childBudget = BudgetPolicy(burst: 20, period: .seconds(3))
    settings.daemonBudget = BudgetPolicy(burst: 2_000, period: .milliseconds(10))
    return settings
  }()
}

extension RecordWriter {
  mutating func put(_ settings: SupervisionSettings) {
    let usual = UsualSettings.version1
    if settings.startsChildren != usual.startsChildren {
      put(.startsChildren, .bool(settings.startsChildren))
    }
    put(.idleTimeout, span: settings.idleTimeout, unless: usual.idleTimeout)
    put(.stopTimeout, span: settings.stopTimeout, unless: usual.stopTimeout)
    put(.killTimeout, span: settings.killTimeout, unless: usual.killTimeout)
    put(.startTimeout, span: settings.startTimeout, unless: usual.startTimeout)
    put(.extensionLimit, span: settings.extensionLimit, unless: usual.extensionLimit)
    put(.watchdogTolerance, span: settings.watchdogTolerance, unless: usual.watchdogTolerance)
    put(settings.backoff, unless: usual.backoff)
    put(.crashLimit, number: settings.crashLimit, unless: usual.crashLimit)
    put(.crashWindow, span: settings.crashWindow, unless: usual.crashWindow)
    put(.poisonLimit, number: settings.poisonLimit, unless: usual.poisonLimit)
    put(settings.outage, unless: usual.outage)
    put(.childBurst, number: settings.childBudget.burst, unless: usual.childBudget.burst)
    put(.childPeriod, span: settings.childBudget.period, unless: usual.childBudget.period)
    put(.daemonBurst, number: settings.daemonBudget.burst, unless: usual.daemonBudget.burst)
    put(.daemonPeriod, span: settings.daemonBudget.period, unless: usual.daemonBudget.period)
  }

  private mutating func put(_ outage: OutagePolicy, unless usual: OutagePolicy) {
    put(.outageLimit, number: outage.limit, unless: usual.limit)
    put(.outageWindow, span: outage.window, unless: usual.window)
    put(.outageDelay, span: outage.delay, unless: usual.delay)
  }

  private mutating func put(_ backoff: BackoffPolicy, unless usual: BackoffPolicy) {
    put(.backoffFirst, span: backoff.first, unless: usual.first)
    if backoff.factor != usual.factor { put(.backoffFactor, .decimal(backoff.factor)) }
    put(.backoffCap, span: backoff.cap, unless: usual.cap)
    if backoff.jitter != usual.jitter { put(.jitter, .decimal(backoff.jitter)) }
    put(.stableRun, span: backoff.stableRun, unless: usual.stableRun)
  }
}

extension RecordReader {
  func settings() throws(RecordError) -> SupervisionSettings {
    var settings = UsualSettings.version1
    settings.startsChildren = value(.startsChildren)?.bool ?? settings.startsChildren
    settings.idleTimeout = try span(.idleTimeout) ?? settings.idleTimeout
    settings.stopTimeout = try span(.stopTimeout) ?? settings.stopTimeout
    settings.killTimeout = try span(.killTimeout) ?? settings.killTimeout
    settings.startTimeout = try span(.startTimeout) ?? settings.startTimeout
    settings.extensionLimit = try span(.extensionLimit) ?? settings.extensionLimit
    settings.watchdogTolerance = try span(.watchdogTolerance) ?? settings.watchdogTolerance
    settings.backoff.first = try span(.backoffFirst) ?? settings.backoff.first
    settings.backoff.factor = value(.backoffFactor)?.double ?? settings.backoff.factor
    settings.backoff.cap = try span(.backoffCap) ?? settings.backoff.cap
    settings.backoff.jitter = value(.jitter)?.double ?? settings.backoff.jitter
    settings.backoff.stableRun = try span(.stableRun) ?? settings.backoff.stableRun
    settings.crashLimit = try number(.crashLimit) ?? settings.crashLimit
    settings.crashWindow = try span(.crashWindow) ?? settings.crashWindow
    settings.poisonLimit = try number(.poisonLimit) ?? settings.poisonLimit
    settings.outage = try outagePolicy(settings.outage)
    settings.childBudget.burst = try number(.childBurst) ?? settings.childBudget.burst
    settings.childBudget.period = try span(.childPeriod) ?? settings.childBudget.period
    settings.daemonBudget.burst = try number(.daemonBurst) ?? settings.daemonBudget.burst
    settings.daemonBudget.period = try span(.daemonPeriod) ?? settings.daemonBudget.period
    return settings
  }

  private func outagePolicy(_ usual: OutagePolicy) throws(RecordError) -> OutagePolicy {
    var outage = usual
    outage.limit = try number(.outageLimit) ?? usual.limit
    outage.window = try span(.outageWindow) ?? usual.window
    outage.delay = try span(.outageDelay) ?? usual.delay
    return outage
  }
}
