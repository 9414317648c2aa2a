/// What a child is: which program it runs, when, and what becomes of it when it ends.
///
/// A value; changing it changes nothing that is supervised already. Times that are negative count as
/// zero.
public struct ChildSpecification {
  /// Names the child within its supervisor; not empty.
  public var name: String

  /// The program's file; a name without a slash is looked up in `PATH` at each start.
  ///
  /// A relative path with a slash starts at `workingDirectory`.
  public var program: String

  /// The program's arguments, without its name.
  public var arguments: [String]

  /// Variables that the program gets beside those of this process, or in place of them.
  public var environment: [String: String] = [:]

  /// Whether the program gets the environment of this process too.
  ///
  /// Never what a service manager said to this process alone: `NOTIFY_SOCKET`, `WATCHDOG_USEC`,
  /// `LISTEN_FDS` and their kin.
  public var inheritsEnvironment = true

  /// The folder that the program starts in; nil: that of this process.
  public var workingDirectory: String?

  /// Where the program's standard output and standard error go; its standard input is empty.
  public var output = ChildOutput.inherited

  /// What becomes of the child when its program ends by itself.
  public var restart = RestartPolicy.always

  /// How long to wait between failed runs.
  public var restartDelay = RestartDelay()

  /// How many failed runs are too many.
  public var startLimit = StartLimit()

  /// When the child counts as running.
  public var readiness = Readiness.started

  /// How long the program has to become ready, from its start on, before it is ended.
  ///
  /// Counts for `Readiness.notified` alone.
  public var startTimeout: Duration = .seconds(60)

  /// Within so much a ready program gives a sign of life, again and again; nil: it need not.
  ///
  /// It is told by `WATCHDOG_USEC` and says `WATCHDOG=1`, as in sd_notify(3). One that is silent
  /// for that long and a second more gets SIGABRT, and counts as failed.
  public var watchdog: Duration?

  /// How long the program has from SIGTERM to SIGKILL.
  public var stopTimeout: Duration = .seconds(10)

  /// When the child is wanted at all.
  public var demand = DemandRule.always

  /// A child that runs a program; see the properties for the rest.
  public init(_ name: String, program: String, arguments: [String] = []) {
    self.name = name
    self.program = program
    self.arguments = arguments
  }
}

/// What becomes of a child whose program ended and nobody had asked for it.
///
/// The words are those of `Restart=` in systemd.service(5); OTP says permanent, transient, temporary.
public enum RestartPolicy: String, Hashable, Sendable, CaseIterable {
  /// It is started again, also after exit status 0.
  case always
  /// It is started again unless its exit status was 0.
  case onFailure = "on-failure"
  /// It is not started again.
  case never
}

/// When a child counts as running.
public enum Readiness: String, Hashable, Sendable, CaseIterable {
  /// As soon as its program was executed.
  case started
  /// When its program says `READY=1` to the socket that `NOTIFY_SOCKET` names, as in sd_notify(3).
  case notified
}

/// The delay before a child is started again.
///
/// It is for failed runs: each that ends in failure, and each short one of a child that is to run
/// always. It doubles from run to run, varied by up to a fifth.
public struct RestartDelay: Hashable, Sendable {
  /// After the first failed run.
  public var first: Duration
  /// The longest there is.
  public var longest: Duration
  /// A run that lasted this long, and as long as the present delay, halves the delay.
  public var stableAfter: Duration

  /// Unless told otherwise: from 200 ms to 5 minutes, and a minute is a stable run.
  public init(
    first: Duration = .milliseconds(200), longest: Duration = .seconds(300),
    stableAfter: Duration = .seconds(60)
  ) {
    self.first = first
    self.longest = longest
    self.stableAfter = stableAfter
  }
}

/// How many failed runs within which time park a child; what OTP calls restart intensity.
///
/// A parked child is not started until `Supervisor.reset`, or until its demand goes away and comes
/// back, no sooner than `RestartDelay.longest` after it was parked.
public struct StartLimit: Hashable, Sendable {
  /// So many failed runs, at least 1.
  public var failures: Int
  /// Within so much time.
  public var interval: Duration

  /// Unless told otherwise: 8 within 10 minutes.
  public init(failures: Int = 8, interval: Duration = .seconds(600)) {
    self.failures = failures
    self.interval = interval
  }
}

/// Where a child's standard output and standard error go.
///
/// Straight from the program, not through the supervisor, which may end without breaking a pipe.
public enum ChildOutput: Hashable, Sendable {
  /// Where those of this process go.
  case inherited
  /// To `/dev/null`.
  case discarded
  /// To the end of this file, which is made if need be, readable by its owner alone.
  case file(String)
}
