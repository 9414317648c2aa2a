internal import ChatStorage
internal import ControlProtocol
internal import Glibc
public import LinuxSystem
public import SystemPackage
public import Terminal

/// Shows a model on a terminal and makes its wishes so, until the person leaves.
///
/// One loop: wait, take what happened into the model, perform its effects, draw once. With nothing to
/// do it sleeps without a time limit.
public final class Session {
  let place: ProjectPlace
  let device: TerminalDevice
  var model: Model
  private var renderer: Renderer
  private var isDrawn = false
  let link: ProjectLink
  let lease: Lease
  let watch: ProjectWatch
  let runs: CommandRuns
  var conversation: ConversationReader?
  /// The conversations whose folders are watched, and these.
  var watched: Set<ConversationPlace> = []
  var folders: [UInt32: FilePath] = [:]
  var unread = UnreadCounts()
  /// Why it is over, when it is, and when nothing is waited for any more.
  private var ending: (Ending, deadline: Int64)?

  /// How it came to an end.
  public enum Ending {
    case left
    /// To be passed on, when the terminal is as it was.
    case signal(Signal)
  }

  /// Takes the terminal over, until this object goes.
  public init(
    _ place: ProjectPlace, theme: Theme, depth: ColorDepth, consumption: Model.Consumption
  ) throws(Errno) {
    self.place = place
    watch = try ProjectWatch(place.layout)
    device = try TerminalDevice([.ownScreen, .mouse])
    renderer = Renderer(depth: depth)
    model = Model(
      project: place.name, size: device.size, theme: theme, consumption: consumption,
      clock: Timestamp.localTime)
    link = ProjectLink(place)
    lease = Lease(place)
    runs = CommandRuns(place)
  }

  /// Blocks until the person leaves or a signal ends it; the terminal is as it was then.
  public func run() throws(Errno) -> Ending {
    defer { device.leave() }
    take(link.retry(at: Clock.monotonic))
    while true {
      if let ending, !runs.hasMessages || ending.deadline <= Clock.monotonic { return ending.0 }
      settle()
      try draw()
      try turn()
    }
  }

  /// Messages that were sent are waited for until they are in their inbox, but not for ever.
  func end(_ ending: Ending) {
    if self.ending == nil { self.ending = (ending, Clock.monotonic + Self.farewell) }
  }

  /// Nanoseconds.
  private static let farewell: Int64 = 5_000_000_000

  /// Ends this process by a signal that it was sent.
  public func end(by signal: Signal) { device.end(by: signal) }

  /// Waits for something to happen, and takes it in.
  private func turn() throws(Errno) {
    var sources: [(Descriptor, () -> Void)] = [(watch.descriptor, { self.takeFileChanges() })]
    if let descriptor = link.descriptor {
      sources.append((descriptor, { self.take(self.link.receive(at: Clock.monotonic)) }))
    }
    if let descriptor = lease.descriptor { sources.append((descriptor, { self.lease.receive() })) }
    sources += runs.descriptors.map { ($0, { self.takeOutcomes() }) }
    let (events, ready) = try device.events(or: sources.map(\.0), until: deadline)
    for event in events { take(event) }
    for (source, isReady) in zip(sources, ready) where isReady { source.1() }
    takeDeadlines()
  }

  private var deadline: Deadline {
    if unread.hasStale { return .now }
    let due = [link.deadline, model.wishes.deadline, ending?.deadline].compactMap(\.self).min()
    return due.map { .at($0) } ?? .never
  }

  /// One frame for all that happened; none while the terminal has not taken the last one.
  private func draw() throws(Errno) {
    guard !isDrawn, !device.isBehind, ending == nil else { return }
    isDrawn = true
    let picture = Picture(of: model)
    try device.write(renderer.frame(picture.canvas, cursor: picture.cursor))
  }

  /// Takes an event into the model and performs what follows.
  func handle(_ event: UIEvent) {
    isDrawn = false
    for effect in model.handle(event, at: Clock.monotonic) { perform(effect) }
  }

  func forgetScreen() {
    renderer.forget()
    isDrawn = false
  }
}
