import ChatStorage
import ControlProtocol
import JSONLines
import SupervisionCore
import SupervisionDriver
import Testing

@testable import Dispatcher

struct RetirementTests {
  private let author = Tombstone.Author(uid: 0, pid: 1, command: "test")

  @Test func `what cannot be ended is named with where it hangs, until it is gone`() {
    var retirement = SupervisedChat.Retirement(reason: .purge, by: author, beganAt: 0, pids: [7])
    retirement.outcome = .survived
    retirement.survivors = [HandlerEnd.Survivor(pid: 7, state: "D", waitsIn: "nfs_wait")]
    #expect(retirement.evidence["settled"] == false)
    #expect(
      retirement.evidence["survivors"] == [["pid": 7, "state": "D", "waits_in": "nfs_wait"]])
    #expect(retirement.evidence["process_group"] == nil)
    #expect(
      ending(retirement) == "the handler (PIDs 7) survived: process 7 is in state D, in nfs_wait")

    retirement.outcome = .killed
    retirement.survivors = []
    retirement.isSettled = true
    retirement.note(DeathProof(reaped: 1, isGroupEmpty: true), of: 7)
    #expect(retirement.evidence["settled"] == true)
    #expect(retirement.evidence["survivors"] == [])
    #expect(retirement.evidence["process_group"] == ["id": 7, "processes": 0])
    let proofs = "1 reaped, the process group is empty"
    #expect(ending(retirement) == "the handler (PIDs 7) was killed; nothing is left: \(proofs)")
  }

  @Test func `where the kernel cannot be asked, nothing is claimed`() {
    var retirement = SupervisedChat.Retirement(reason: .purge, by: author, beganAt: 0, pids: [7])
    retirement.outcome = .terminated
    retirement.note(DeathProof(reaped: 0, isGroupEmpty: false), of: 7)
    #expect(retirement.evidence["process_group"] == nil)
    #expect(retirement.evidence["reaped"] == nil)
    #expect(ending(retirement) == "the handler (PIDs 7) was terminated")
  }

  private func ending(_ retirement: SupervisedChat.Retirement) -> String? {
    Tombstone(
      chatID: ChatID(1), session: nil, reason: .purge, by: author,
      evidence: retirement.evidence
    ).ending
  }
}
