import Testing

@testable import Dispatcher

@Suite struct LogEventTests {
  @Test("Each event has an id of its own that looks like one of systemd-id128(1)")
  func identifiers() {
    let ids = LogEvent.allCases.map(\.messageID)
    #expect(Set(ids).count == ids.count)
    for id in ids {
      #expect(id.wholeMatch(of: /[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}/) != nil, "\(id)")
    }
  }

  @Test("An id does not change with the events around it")
  func fixed() {
    // People filter by these. One from each end and one of the middle.
    #expect(LogEvent.dispatcherStarted.messageID == "2c0d794391a74c75b63143e4186184e2")
    #expect(LogEvent.chatRespawnScheduled.messageID == "1a56b5a2c06c496a952ef743275f14f4")
    #expect(LogEvent.chatPurged.messageID == "970952eaf6b64a2d87bd608bbae98344")
    #expect(LogEvent.legacyMigrated.messageID == "56802a3db05240709ed313599b456bf2")
  }
}
