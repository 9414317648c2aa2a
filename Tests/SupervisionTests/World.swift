import LinuxSystem
import Supervision
import SystemPackage
import TestSupport

/// A supervisor whose children are test programs, and what it told.
final class World {
  let supervisor: Supervisor
  private(set) var events: [SupervisionEvent] = []
  let folder: TemporaryDirectory
  private let program: String

  init() throws {
    supervisor = try Supervisor()
    folder = try TemporaryDirectory()
    program = try TestPrograms.path("test-child").string
    supervisor.onEvent = { [unowned self] in events.append($0) }
  }

  /// A child with delays small enough for tests that wait for them to pass.
  func child(_ name: String, _ arguments: String...) -> ChildSpecification {
    var child = ChildSpecification(name, program: program, arguments: arguments)
    child.output = .discarded
    child.restartDelay.first = .milliseconds(5)
    child.stopTimeout = .milliseconds(200)
    child.startTimeout = .seconds(30)
    return child
  }

  /// Turns until the condition holds.
  ///
  /// Throws after `seconds`.
  func run(within seconds: Int64 = 40, until condition: () throws -> Bool) throws {
    let end = Clock.monotonic + seconds * 1_000_000_000
    while try !condition() {
      guard Clock.monotonic < end else {
        throw FaultError("not reached in \(seconds) s: \(events.suffix(12))")
      }
      try supervisor.turn(within: .milliseconds(20))
    }
  }

  /// Turns until a child has got into this state.
  func run(until state: ChildStatus.State, _ name: String) throws {
    try run { supervisor.status(of: name)?.state == state }
  }

  /// Ends everything that this world started.
  func finish() throws {
    supervisor.shutDown()
    try run { supervisor.isFinished }
  }

  func kinds(_ name: String) -> [SupervisionEvent.Kind] {
    events.filter { $0.child == name }.map(\.kind)
  }

  func starts(_ name: String) -> [Int32] {
    kinds(name).compactMap { if case .started(let pid) = $0 { pid } else { nil } }
  }

  func ends(_ name: String) -> [ChildExit] {
    kinds(name).compactMap { if case .ended(let exit, _) = $0 { exit } else { nil } }
  }

  /// What is in a file of the world's folder; empty when it is not there.
  func contents(_ name: String) -> String {
    let file = try? Descriptor.open(folder.file(name), flags: 0)
    return String(decoding: (try? file?.readToEnd()) ?? [], as: UTF8.self)
  }

  func kill(_ name: String) throws {
    guard let pid = supervisor.status(of: name)?.pid else { throw FaultError("no process") }
    try ProcessDescriptor.open(pid).signal(.kill)
  }
}
