import JSONLines
import LinuxSystem
import SupervisionCore
import SystemPackage
import Testing

@testable import Dispatcher

/// The state that one program passes to the next.
@Suite struct DispatcherStateTests {
  private var state: DispatcherState {
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 7)
    for number: UInt32 in [1, 2, .max] {
      _ = machine.register(ChildID(number), Registration(), at: Instant(nanoseconds: 5))
      _ = machine.handle(.consumerAttached, for: ChildID(number), at: Instant(nanoseconds: 6))
    }
    var state = DispatcherState(
      machine: machine.snapshot, takenAt: Instant(nanoseconds: 8), pid: 70, startedAt: 1_700,
      lock: 3,
      control: DispatcherState.Control(listeners: [4, 5], path: "/a\u{1}\"ä", isPassed: true),
      upgrade: DispatcherState.Upgrade(
        program: "/p", formerVersion: "1", former: 6, asker: 20, beganAt: .max))
    state.runs = [
      DispatcherState.Run(
        chat: 1, incarnation: .max, pid: 77, leader: 8, isExternal: true, isInGroup: false,
        exit: .signaled(9), isReported: true, reaped: 2, ending: 15,
        leftovers: [DispatcherState.Process(pid: 78, descriptor: 9)]),
      DispatcherState.Run(
        chat: 2, incarnation: 1, pid: 79, leader: 10, isExternal: false, isInGroup: true, exit: nil,
        isReported: false, reaped: 0, ending: nil,
        leftovers: []),
    ]
    state.ears = [DispatcherState.Ear(chat: 2, incarnation: 1, socket: 11, address: "@x")]
    state.chats = [
      DispatcherState.Chat(
        number: 1, isClosed: false, answered: 3, restarts: 1, stateSince: -4, lastPid: 77,
        lastExit: .exited(1), limitRemark: "r", handlerStatus: "s\n", lastWords: "w"),
      DispatcherState.Chat(number: 2, isClosed: nil, answered: 0, restarts: 0),
    ]
    state.connections = [
      DispatcherState.Connection(
        socket: 20, leases: [1, 1], pushed: 5, unread: Array(0...255), unwritten: [],
        isAnswering: true, isEnding: false, expiresAt: nil),
      DispatcherState.Connection(
        socket: 21, leases: [], pushed: nil, unread: [], unwritten: [255], isAnswering: false,
        isEnding: true, expiresAt: 9),
    ]
    return state
  }

  @Test func `it is read as it was written, and names each descriptor once`() throws {
    #expect(try DispatcherState(decoding: state.encoded) == state)
    let numbers = state.descriptors
    #expect(Set(numbers) == [3, 4, 5, 6, 8, 9, 10, 11, 20, 21])
    #expect(Set(numbers).count == numbers.count)
  }

  @Test func `each of its members is in wg-files(5)`() throws {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent()
    let file = try Descriptor.open(root.appending("man").appending("wg-files.5"), flags: 0)
    let page = String(decoding: try file.readToEnd(), as: UTF8.self)
    let section = try #require(
      page.split(separator: ".Ss THE STATE THAT AN UPGRADE PASSES ON").dropFirst().first)
    let words = Set(section.split { !$0.isLetter && $0 != "_" }.map(String.init))
    var object = try #require(try JSONValue.parse(state.encoded).object)
    object["machine"] = .bool(true)
    let missing = Self.members(of: .object(object)).subtracting(words)
    #expect(missing.isEmpty, "\(missing)")
  }

  private static func members(of value: JSONValue) -> Set<String> {
    let parts = value.object?.members.map(\.value) ?? value.array ?? []
    let own = value.object?.members.map(\.key) ?? []
    return parts.reduce(into: Set(own)) { $0.formUnion(members(of: $1)) }
  }

  @Test func `another version is refused, and so is what is no state`() {
    let text = String(decoding: state.encoded, as: UTF8.self)
    let cases = [
      (text.replacing("\"v\":2,", with: "\"v\":1,"), "older than version 2"),
      (text.replacing("\"v\":2,", with: "\"v\":3,"), "newer than version 2"),
      (text.replacing("wg-dispatcher-state", with: "x"), "no state of a dispatcher"),
      (text.replacing("\"lock\":3", with: "\"lock\":99999999999"), "no `lock` that makes sense"),
      (text.replacing("signaled 9", with: "sneezed"), "no `exit` that makes sense"),
      ("[]", "something else for an object"), ("", "cannot be read"), ("{", "cannot be read"),
    ]
    for (changed, sentence) in cases {
      let error = #expect(throws: StateError.self) {
        try DispatcherState(decoding: Array(changed.utf8))
      }
      #expect(error?.reason.contains(sentence) == true, "\(error?.reason ?? "none")")
    }
  }

  @Test func `whatever becomes of its bytes, it is read or refused`() {
    let seed = UInt64.random(in: .min ... .max)
    var numbers = SeededGenerator(seed: seed)
    let bytes = state.encoded
    var refusals = 0
    for _ in 0..<3_000 {
      var changed = bytes
      for _ in 0...Int.random(in: 0...2, using: &numbers) {
        let place = Int.random(in: 0..<changed.count, using: &numbers)
        changed[place] = UInt8.random(in: 0...255, using: &numbers)
      }
      if Bool.random(using: &numbers) {
        changed.removeLast(Int.random(in: 0..<changed.count, using: &numbers))
      }
      if case .failure = RehearsalReport.read(changed) { refusals += 1 }
    }
    #expect(refusals > 1_000, "seed \(seed)")
  }

  @Test func `a rehearsal's report is read as it was written`() throws {
    let report = try RehearsalReport(of: state.encoded)
    #expect(report.plan.lines.count == 3)
    #expect(RehearsalReport(decoding: report.encoded) == report)
    for text in ["", "{}", "[]", #"{"rehearsal":2,"version":"1","plan":[]}"#] {
      #expect(RehearsalReport(decoding: Array(text.utf8)) == nil, "\(text)")
    }
  }
}
