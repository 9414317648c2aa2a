import ControlProtocol
import SupervisionCore
import Systemd
import Testing

@testable import Dispatcher

struct ServiceReportTests {
  @Test(
    arguments: [
      ([:], nil, "No chats"),
      ([.archived: 2], nil, "No chats (2 archived)"),
      ([.resting: 1], nil, "1 chat: 1 resting"),
      (
        [.running: 1, .resting: 1, .backoff: 1], (7, "18:40:56"),
        "3 chats: 1 running, 1 resting, 1 in back-off (chat 7 starts again at 18:40:56)"
      ),
      (
        [.down: 4, .parked: 3, .starting: 2, .stopping: 1, .archived: 9, .running: 0], nil,
        "10 chats: 2 starting, 1 stopping, 3 parked, 4 stopped (9 archived)"
      ),
    ] as [([ChildState.Name: Int], (UInt32, String)?, String)])
  func `the status is a line that a person reads`(
    _ counts: [ChildState.Name: Int], _ next: (UInt32, String)?, _ text: String
  ) {
    var line = StatusLine(counts: counts)
    line.nextStart = next.map { (chat: $0.0, clock: $0.1) }
    #expect(line.text == text)
  }

  @Test func `the line ends with who knows how handlers end without a dispatcher`() {
    var line = StatusLine(counts: [.resting: 1])
    line.unwatchedEnds = .unknown(.keeperLost)
    #expect(
      line.text == "1 chat: 1 resting; ends without a dispatcher: unknown, the keeper is gone")
  }

  @Test func `the line says how many handlers are still to end`() {
    #expect(StatusLine.ending(0) == "Stopping")
    #expect(StatusLine.ending(1) == "Stopping: 1 handler is still to end")
    #expect(StatusLine.ending(12) == "Stopping: 12 handlers are still to end")
  }

  @Test func `every message is in the protocol's words`() {
    let texts: [(ServiceNotification, String)] = [
      (.ready(status: "a\nb"), "READY=1\nSTATUS=a b"), (.status("c"), "STATUS=c"),
      (.stopping(status: "d"), "STOPPING=1\nSTATUS=d"), (.watchdog, "WATCHDOG=1"),
      (.reloading(monotonic: 17), "RELOADING=1\nMONOTONIC_USEC=17"),
      (.extendTimeout(microseconds: 5), "EXTEND_TIMEOUT_USEC=5"),
      (.keep(name: "run-1-2-3"), "FDSTORE=1\nFDNAME=run-1-2-3\nFDPOLL=0"),
      (.letGo(name: "run-1-2-3"), "FDSTOREREMOVE=1\nFDNAME=run-1-2-3"),
      (.failed(errno: 28, status: "no space"), "STOPPING=1\nERRNO=28\nSTATUS=no space"),
      (.failed(errno: nil, status: "e"), "STOPPING=1\nSTATUS=e"),
    ]
    for (notification, text) in texts { #expect(notification.text == text) }
  }

  @Test func `signs of life are given when they are asked of this very process`() {
    func asked(_ span: String?, _ process: String?) -> Int64? {
      ServiceWatchdog.microseconds(of: span, for: process, pid: 42)
    }
    #expect(asked("3000000", nil) == 3_000_000)
    #expect(asked("3000000", "42") == 3_000_000)
    #expect(asked("3000000", "43") == nil)
    #expect(asked(nil, "42") == nil)
    for text in ["", "0", "-1", "x", "9223372036854775807"] { #expect(asked(text, nil) == nil) }
  }
}
