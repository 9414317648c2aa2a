internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage
internal import Systemd

/// Keeps a descriptor of each running handler's process with systemd, for the next dispatcher.
///
/// A handler that outlives its dispatcher is reaped by process 1, and through a descriptor that was
/// opened before the kernel tells how it ended even then (Linux 6.15). `FDSTORE=1` in sd_notify(3),
/// with `FDPOLL=0`: systemd lets go of what hangs up otherwise, and that is what a process that was
/// reaped does.
final class RunStore {
  private let starter: Starter
  /// Under which names runs are kept now, or will be as soon as there is room to say so.
  private var kept: [ChildID: StoredRun.Name] = [:]
  /// What came from the last dispatcher, until it is asked for.
  private var found: [ChildID: StoredRun] = [:]
  /// What there was no room for yet, in order.
  private var unsaid: [Word] = []
  /// When it is said again; nil when everything has been said.
  private(set) var resumeAt: Int64?

  /// Whether the service manager takes what it is sent; nil until it has shown.
  var keepsDescriptors: Bool?
  var trial: Trial?

  enum Word {
    case keep(String, Descriptor)
    case letGo(String)
    /// Says nothing; is closed when everything before it has been read.
    case mark(Descriptor)
  }

  /// Nil, with the reason, where it would be of no use.
  static func open(_ passed: PassedDescriptors) -> (RunStore?, UnwatchedEnds.Cause?) {
    guard ServiceUnit.ofThisProcess() != nil else { return (nil, .noKeeper) }
    guard KernelProbe.tellsExitOfAnyProcess else { return (nil, .oldKernel) }
    guard let starter = Starter(), starter.isServiceManager else { return (nil, .storeRefused) }
    return (RunStore(starter, passed), nil)
  }

  private init(_ starter: Starter, _ passed: PassedDescriptors) {
    self.starter = starter
    for (name, descriptor) in passed.all { take(name, descriptor) }
  }

  /// Of several of one chat the latest counts: the others were to be let go of, and somebody died.
  private func take(_ name: String, _ descriptor: Descriptor) {
    guard let read = StoredRun.Name(name),
      let process = try? ProcessDescriptor(checking: descriptor, pid: read.pid)
    else { return say(.letGo(name)) }
    let present = found[read.child]?.name
    if let present {
      guard present.incarnation.number < read.incarnation.number else { return say(.letGo(name)) }
      say(.letGo(present.text))
    }
    found[read.child] = StoredRun(name: read, process: process)
    kept[read.child] = read
  }

  /// What the last dispatcher left of this chat.
  func takeFound(_ child: ChildID) -> StoredRun? { found.removeValue(forKey: child) }

  /// From now on a run that nobody has asked for is nobody's.
  func letGoOfUnclaimed() {
    for child in Array(found.keys) { letGo(child) }
    found = [:]
  }

  /// Keeps the run of a chat, in place of what was kept for it.
  ///
  /// The name follows from the run alone: whoever goes on as another program finds it again.
  func keep(_ process: ProcessDescriptor, _ child: ChildID, _ incarnation: Incarnation) {
    let name = StoredRun.Name(child, incarnation, pid: process.pid)
    if kept[child] == name { return }
    letGo(child)
    kept[child] = name
    say(.keep(name.text, process.descriptor))
  }

  /// The run is over, and what it came to is this dispatcher's to tell.
  func letGo(_ child: ChildID) {
    guard let name = kept.removeValue(forKey: child) else { return }
    say(.letGo(name.text))
  }
}

extension RunStore {
  private static let secondTry: Int64 = 100_000_000

  /// Says again what there was no room for.
  func resume() {
    guard let due = resumeAt, due <= Clock.monotonic else { return }
    let words = unsaid
    unsaid = []
    resumeAt = nil
    words.forEach(say)
  }

  func say(_ word: Word) {
    // One after the other: a name that is let go of first and kept then would be lost.
    guard resumeAt == nil else { return unsaid.append(word) }
    do throws(Errno) {
      try send(word)
    } catch {
      // With nobody listening nobody keeps anything, and handlers are found by their locks alone.
      guard error == .wouldBlock || error == .noBufferSpace else { return }
      unsaid.append(word)
      resumeAt = Clock.monotonic + Self.secondTry
    }
  }

  private func send(_ word: Word) throws(Errno) {
    switch word {
    case .keep(let name, let descriptor): try starter.send(.keep(name: name), with: descriptor)
    case .letGo(let name): try starter.send(.letGo(name: name))
    case .mark(let descriptor): try starter.mark(descriptor)
    }
  }
}
