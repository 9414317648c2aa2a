public import SupervisionCore

/// What is true of one child in the world, whatever the supervisor believes.
public struct ChildFacts: Hashable, Sendable {
  public var hasTombstone = false
  /// The number of the live run that the present dispatcher started or adopted.
  public var knownRun: Incarnation?
  /// Its leader has ended, and the supervisor was not told of that.
  package var hasUnheardEnd = false
  /// A live process that the present dispatcher started itself.
  public var hasOwnProcess = false
  /// A live process of which no dispatcher knows, started by hand.
  public var hasUnknownForeigner = false
  /// The disk says that an operator wants it down.
  public var isDownWritten = false
  /// What the disk says that it waits for together with others.
  package var outageWritten: FailureKind?
  /// The highest number that the disk says may be used.
  public var reserved = Incarnation(.max)
  /// The disk refused what was to be written last.
  public var isRefused = false
  public var firstPending: MessageKey?
  public var newestMessage: UInt64 = 0

  /// When the live run last gave a sign of life; nil when nobody expects any from it.
  public var lastSign: Instant?
  /// Within so much a sign is due from it.
  public var watchdog = TimeSpan.zero
  /// It has said that it is broken.
  public var saidBroken = false

  public init() {}

  var isAlive: Bool { knownRun != nil || hasOwnProcess }
}
