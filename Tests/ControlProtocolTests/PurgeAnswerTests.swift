import ControlProtocol
import JSONLines
import Testing

struct PurgeAnswerTests {
  private let full = PurgeAnswer(
    dispatcher: .running,
    purged: [
      .init(
        chatID: 6, taskID: ".chat-6", purgedAt: "2026-04-27T17:32:52.000000000+00:00",
        handler: HandlerEnd(outcome: .terminated, pids: [10, 11], duration: 10_000_000))
    ],
    skipped: [.init(chatID: 2, taskID: ".chat-2", reason: .alreadyArchived)])

  @Test func `the answer has the documented shape`() throws {
    #expect(
      full.response.json.description
        == #"{"ok":true,"dispatcher":"running","purged":[{"chat_id":6,"task_id":".chat-6","#
        + #""purged_at":"2026-04-27T17:32:52.000000000+00:00","handler":{"outcome":"terminated","#
        + #""pids":[10,11],"seconds":0.01}}],"skipped":[{"chat_id":2,"task_id":".chat-2","#
        + #""reason":"already archived"}],"errors":[]}"#)
    #expect(try PurgeAnswer(payload: full.response.payload) == full)
  }

  @Test func `nothing to purge is ok and empty`() {
    let answer = PurgeAnswer(dispatcher: .notRunning)
    #expect(
      answer.response.json.description
        == #"{"ok":true,"dispatcher":"not_running","purged":[],"skipped":[],"errors":[]}"#)
  }

  @Test func `a survivor is named and makes the answer a failure`() throws {
    var answer = full
    answer.purged[0].handler = HandlerEnd(
      outcome: .survived, pids: [10], duration: 3, survivors: [.init(pid: 11, state: "D")])
    #expect(!answer.isComplete)
    let json = answer.response.json
    #expect(json["ok"] == false)
    #expect(json["code"] == "failed")
    #expect(json["error"]?.string?.contains("11 is in state D") == true)
    let read = try PurgeAnswer(payload: ControlResponse(json).payload)
    #expect(read.purged[0].handler.survivors == answer.purged[0].handler.survivors)
  }

  @Test(arguments: PurgeAnswer.Skipped.Reason.allCases)
  func `every reason is read back`(_ reason: PurgeAnswer.Skipped.Reason) throws {
    let answer = PurgeAnswer(
      dispatcher: .running, isDryRun: true,
      skipped: [.init(chatID: 1, taskID: ".chat-1", reason: reason)],
      errors: [.init(chatID: nil, error: "disk"), .init(chatID: 4, error: "row")])
    #expect(try PurgeAnswer(payload: answer.response.payload) == answer)
  }

  @Test func `a chat's answer is read back and speaks the old spelling too`() throws {
    let answer = ChatAnswer(
      dispatcher: .running, chatID: 6, taskID: ".chat-6", name: "x", session: "u", changed: false,
      state: .archived, note: "already archived", handler: .nothing)
    #expect(try ChatAnswer(payload: answer.payload) == answer)
    #expect(answer.payload["coordinator_id"]?.int == 6)
  }
}
