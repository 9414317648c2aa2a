import SupervisionCore
import Testing

@testable import SupervisionDriver

struct NotifyMessageTests {
  private func message(_ text: String) -> NotifyMessage { NotifyMessage(Array(text.utf8)) }

  @Test func `all lines of a message count`() {
    let message = message("READY=1\nSTATUS=thinking\nWATCHDOG=1\nEXTEND_TIMEOUT_USEC=2500000\n")
    #expect(message.isReady)
    #expect(message.status == "thinking")
    #expect(message.announcements == [.alive, .needsTime(.milliseconds(2_500))])
  }

  @Test(arguments: [
    "", "\n\n", "READY", "READY=0", "ready=1", " READY=1", "READY=1 ", "READY=11", "=1",
    "WATCHDOG=0",
    "STOPPING=yes", "RELOADING=1", "MONOTONIC_USEC=5", "MAINPID=1", "ERRNO=5", "BUSERROR=x.y",
    "FDSTORE=1\nFDNAME=x", "BARRIER=1", "WATCHDOG_USEC=", "WATCHDOG_USEC=-1", "WATCHDOG_USEC=1s",
    "EXTEND_TIMEOUT_USEC=99999999999999999999999", "X_OWN=1",
  ])
  func `what means nothing here changes nothing`(_ text: String) {
    #expect(message(text) == message(""))
  }

  @Test func `a message that turns the watchdog on gives a sign of life for it`() {
    #expect(
      message("WATCHDOG=1\nWATCHDOG_USEC=20000000").announcements
        == [.watchdog(.seconds(20)), .alive])
    #expect(message("WATCHDOG_USEC=0").announcements == [.watchdog(.zero)])
    #expect(message("WATCHDOG_USEC=18446744073709551615").announcements == [.watchdog(.infinity)])
  }

  @Test func `of each kind of line the last counts, however many there are`() {
    let text = String(repeating: "WATCHDOG=1\nSTATUS=a\nSTOPPING=1\n", count: 100) + "STATUS=b"
    #expect(message(text).announcements == [.alive, .leaving])
    #expect(message(text).status == "b")
    #expect(message("STATUS=a\nSTATUS=").status == "")
  }

  @Test func `a broken handler is told of as such`() {
    #expect(message("WATCHDOG=trigger").announcements == [.broken])
  }

  @Test func `a status is one printable line of bounded length`() {
    #expect(message("STATUS=a\u{1b}[31mb\tc\u{202e}d\u{7f}").status == "a [31mb c d ")
    #expect(message("STATUS=Grüße 你好").status == "Grüße 你好")
    let long = message("STATUS=" + String(repeating: "é", count: 3_000))
    #expect(long.status?.count == NotifyMessage.statusLimit)
  }

  @Test func `bytes that are no text spoil their own line only`() {
    let bytes = Array("STATUS=".utf8) + [0xff, 0xfe] + Array("\nREADY=1".utf8)
    let message = NotifyMessage(bytes)
    #expect(message.status == nil)
    #expect(message.isReady)
  }

  @Test func `any bytes can be read`() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let words = ["READY", "STATUS", "WATCHDOG", "=", "1", "\n", "trigger", "\0", "STOPPING", "9"]
    for _ in 0..<2_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<12, using: &generator) {
        bytes += Array((words.randomElement(using: &generator) ?? "").utf8)
        bytes.append(UInt8.random(in: .min ... .max, using: &generator))
      }
      let message = NotifyMessage(bytes)
      #expect(message.announcements.count <= 5, "seed \(seed)")
      #expect(message.status?.contains("\n") != true, "seed \(seed)")
    }
  }
}
