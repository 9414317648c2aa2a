internal import Settings
internal import SupervisionCore
public import TimeSpans

/// What `wg-dispatcher` was asked to do on its command line.
///
/// wg-dispatcher(8).
public struct DispatcherOptions: Equatable, Sendable {
  /// The project's folder, or the `.wg` in it.
  public var directory: String?
  /// Instead of `service/daemon.sock`.
  public var socket: String?
  /// Of that file: 0o600, or 0o660 for the group as well.
  public var socketMode: UInt32 = 0o600
  /// End when nothing has been left to supervise for so long.
  public var exitWhenIdle: TimeSpans.TimeSpan?
  /// Serve requests, start no handler.
  public var startsHandlers = true
  public var idleTimeout: TimeSpans.TimeSpan?
  public var stopTimeout: TimeSpans.TimeSpan?
  public var startTimeout: TimeSpans.TimeSpan?
  public var backoffInitial: TimeSpans.TimeSpan?
  public var backoffMax: TimeSpans.TimeSpan?
  /// Where the dispatcher's own entries go.
  public var log = Log.both
  /// Where the output of handlers goes.
  public var output = Output.auto
  /// Whether a keeper is to be the parent of this process.
  public var keeper = Keeper.auto
  /// Where metrics are written for node_exporter.
  public var metricsFile: String?
  /// What is to be done for a unit of systemd, instead of all else, and for which.
  private var unitHook: String?
  private var unit: String?
  /// As they were given, without `--dir`: what a restart passes on.
  public var given: [String] = []

  public init() {}

  /// The values of `--log`.
  public enum Log: String, CaseIterable, Sendable { case both, journal, file }

  /// The values of `--output`; `auto` is the journal where the dispatcher's own output goes there.
  public enum Output: String, CaseIterable, Sendable { case auto, journal, file }

  /// The values of `--keeper`; `auto` is a keeper where no service manager keeps exit statuses.
  public enum Keeper: String, CaseIterable, Sendable { case auto, yes, no }

  /// What the arguments ask for.
  public enum Request: Equatable, Sendable {
    case run(DispatcherOptions)
    case unitHook(UnitHook)
    /// Say what it would do with the state on standard input.
    case rehearse
    case help
    case version
  }

  /// Reads the arguments, without the program's name.
  ///
  /// Throws a sentence that says what is wrong.
  public static func parse(_ arguments: [String]) throws(UsageError) -> Request {
    var options = DispatcherOptions()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let (name, inline) = split(argument)
      switch name {
      case "--help", "-h": return .help
      case "--version": return .version
      case "--rehearse": return .rehearse
      case "--no-chat-agent":
        if inline != nil { throw UsageError("\(name) takes no value") }
        options.startsHandlers = false
        options.given.append(name)
      default:
        guard let value = inline ?? rest.popFirst() else {
          throw UsageError("\(name) needs a value")
        }
        try options.set(name, value)
      }
    }
    if let hook = options.unitHook { return .unitHook(try UnitHook(hook, unit: options.unit)) }
    return .run(options)
  }

  private static func split(_ argument: String) -> (name: String, value: String?) {
    guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else {
      return (argument, nil)
    }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }

  private mutating func set(_ name: String, _ value: String) throws(UsageError) {
    switch name {
    case "--dir": return directory = value
    case "--unit-hook": return unitHook = value
    case "--unit": return unit = value
    case "--socket": socket = value
    case "--metrics-file": metricsFile = value
    case "--socket-mode": socketMode = try Self.mode(value)
    case "--exit-when-idle": exitWhenIdle = try span(name, value, allowsInfinity: true)
    case "--idle-timeout": idleTimeout = try span(name, value, allowsInfinity: true)
    case "--stop-timeout": stopTimeout = try span(name, value)
    case "--start-timeout": startTimeout = try span(name, value)
    case "--backoff-initial": backoffInitial = try span(name, value)
    case "--backoff-max": backoffMax = try span(name, value)
    case "--log": log = try choice(name, value)
    case "--output": output = try choice(name, value)
    case "--keeper": keeper = try choice(name, value)
    default: throw UsageError("unknown option \(name)")
    }
    given += [name, value]
  }

  private func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ value: String
  ) throws(UsageError) -> Value {
    if let choice = Value(rawValue: value) { return choice }
    let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
    throw UsageError("\(name): `\(value)` is none of \(known)")
  }

  private func span(
    _ name: String, _ value: String, allowsInfinity: Bool = false
  ) throws(UsageError) -> TimeSpans.TimeSpan {
    do {
      return try TimeSpans.TimeSpan.parse(value, allowsInfinity: allowsInfinity)
    } catch {
      throw UsageError("\(name): \(error)")
    }
  }

  private static func mode(_ value: String) throws(UsageError) -> UInt32 {
    switch value {
    case "0600", "600": return 0o600
    case "0660", "660": return 0o660
    default:
      throw UsageError("--socket-mode: 0600 (its owner) or 0660 (and its group), not \(value)")
    }
  }

  /// One sentence about a wrong command line.
  public struct UsageError: Error, Equatable, Sendable {
    public let message: String

    init(_ message: String) { self.message = message }
  }
}

extension DispatcherOptions {
  /// What the configuration says counts where the command line says nothing.
  mutating func fill(from configuration: Configuration) {
    startsHandlers = startsHandlers && configuration.startsHandlers
    if !given.contains("--log") {
      log = configuration.entries.flatMap(Log.init) ?? log
    }
    if !given.contains("--output") {
      output = configuration.output.flatMap(Output.init) ?? output
    }
  }

  /// The numbers of the configuration, with those changed that were given.
  func supervision(_ configuration: Configuration) -> SupervisionSettings {
    var settings = configuration.supervision()
    settings.startsChildren = startsHandlers
    if let idleTimeout { settings.idleTimeout = idleTimeout.core }
    if let stopTimeout { settings.stopTimeout = stopTimeout.core }
    if let startTimeout { settings.startTimeout = startTimeout.core }
    if let backoffInitial { settings.backoff.first = backoffInitial.core }
    if let backoffMax { settings.backoff.cap = backoffMax.core }
    return settings
  }

  /// What `--help` prints.
  public static let help = """
    Usage: wg-dispatcher --dir DIR [OPTION]...

    Supervises the chat handlers of one project. Usually started by `wg service start`
    or by systemd.

      --dir DIR               the project's folder
      --socket PATH           control socket, instead of service/daemon.sock
      --socket-mode MODE      0600: for its owner, 0660: for its group as well (0600)
      --idle-timeout SPAN     stop a handler that nobody wanted for so long (5min)
      --stop-timeout SPAN     from SIGTERM to SIGKILL (10s)
      --start-timeout SPAN    until a handler must be ready (1min)
      --backoff-initial SPAN  delay after the first failed run (200ms)
      --backoff-max SPAN      largest delay between failed runs (5min)
      --exit-when-idle SPAN   end when nothing was left to supervise for so long, if a
                              service manager holds the socket (infinity)
      --log WHERE             the log: both, journal or file (both)
      --output WHERE          handlers' output: auto, journal or file (auto)
      --keeper WHEN           have a parent that knows how handlers ended while there was no
                              dispatcher: auto, yes or no (auto)
      --metrics-file PATH     write metrics there when they changed, at most every 10 s
      --no-chat-agent         serve requests, start no handler
      --unit-hook HOOK        for units of systemd: stop, stopped or over, and nothing else
      --unit NAME             the unit that --unit-hook over is about
      --rehearse              say what it would do with the state of a dispatcher on
                              standard input, and do nothing
      --help, --version

    A SPAN is a systemd time span: 2 is seconds, 300ms, 5min.
    See wg-dispatcher(8).
    """
}

extension TimeSpans.TimeSpan {
  var core: SupervisionCore.TimeSpan { SupervisionCore.TimeSpan(nanoseconds: nanoseconds) }

  /// Nanoseconds; nil for a span that never ends.
  var finite: Int64? { self == .infinity ? nil : nanoseconds }
}
