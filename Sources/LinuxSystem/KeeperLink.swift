internal import CLinuxShims
internal import Glibc
internal import SystemPackage

/// The parent of this process, where that is a keeper: it knows how orphans ended.
///
/// wg-keeper(8).
public final class KeeperLink {
  /// The keeper's number, which is its own as long as it is the parent.
  public let pid: Int32
  /// Hangs up when the keeper is gone.
  ///
  /// Not blocking; owned by this object. Not close-on-exec until somebody makes it so.
  public let descriptor: Descriptor
  private var asked: UInt64 = 0
  /// Whether it is not there any more, or does not answer.
  public private(set) var isLost = false

  /// Longer than any keeper takes that is not stopped.
  private static let patience: Int64 = 2_000_000_000

  /// Whether a keeper has started this process, or one before it under the same number.
  public static var isAnnounced: Bool { CurrentProcess.variable(WG_KEEPER_VARIABLE) != nil }

  /// The same, but for one who says that there is none by an empty variable.
  public static var wasThere: Bool {
    CurrentProcess.variable(WG_KEEPER_VARIABLE)?.isEmpty == false
  }

  /// Nil when no keeper has started this process, or it is gone by now.
  ///
  /// To be called once. The variable stays, for a program that is executed in this one's place.
  public static func ofThisProcess() -> KeeperLink? {
    let numbers = CurrentProcess.variable(WG_KEEPER_VARIABLE)?.split(separator: ":")
    guard let numbers, numbers.count == 2, let link = Int32(numbers[0]), link > 2,
      let parent = Int32(numbers[1]), parent == getppid(), isLink(link)
    else { return nil }
    return KeeperLink(pid: parent, Descriptor(owning: link))
  }

  /// Whether the descriptor is what a keeper passes: the number may mean another file by now.
  private static func isLink(_ number: Int32) -> Bool {
    var type: Int32 = 0
    var size = socklen_t(MemoryLayout.size(ofValue: type))
    let answer = getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &size)
    return answer == 0 && type == Int32(SOCK_SEQPACKET.rawValue)
  }

  init(pid: Int32, _ descriptor: Descriptor) {
    self.pid = pid
    self.descriptor = descriptor
  }

  /// This process serves from now on: when it dies, it is to be started again.
  ///
  /// Should it not come back, its handlers get `stopTimeout` nanoseconds to end.
  public func ready(stopTimeout: Int64) {
    tell(WG_KEEPER_READY, Int32(clamping: stopTimeout / 1_000_000))
  }

  /// The keeper's child with this number goes on should this process end before it is ready again.
  public func standsBy(_ pid: Int32) { tell(WG_KEEPER_STANDBY, pid) }

  /// This process is about to end, and its children are left to whoever comes next.
  public func leave() { tell(WG_KEEPER_LEAVING) }

  /// The same, and the keeper is to start the next one at once.
  public func leaveForTheNext() { tell(WG_KEEPER_AGAIN) }

  /// How the last process with this number ended that was the keeper's child; nil when it does not
  /// know, or not within two seconds.
  ///
  /// Once it has ended, the answer does not change until thousands have ended after it.
  public func lastEnd(of pid: Int32) -> EndedProcess? {
    guard let request = tell(WG_KEEPER_STATUS, pid) else { return nil }
    let deadline = Deadline.after(nanoseconds: Self.patience)
    while (try? descriptor.wait(for: .readable, until: deadline)) == true {
      guard let answer = receive() else { break }
      // One that came too late for its question.
      if answer.number != request { continue }
      guard answer.knowledge == WG_KEEPER_ENDED.rawValue else { return nil }
      return EndedProcess(
        pid: pid, startTicks: answer.start_ticks, status: ExitStatus(waitStatus: answer.status))
    }
    isLost = true
    return nil
  }

  /// Looks whether the keeper is still there, after `descriptor` has become readable.
  public func look() {
    while !isLost, (try? descriptor.wait(for: .readable, until: .now)) == true {
      if receive() == nil { isLost = true }
    }
  }

  /// The number of the request; nil when nobody can take it.
  @discardableResult
  private func tell(_ kind: wg_keeper_request_kind, _ value: Int32 = 0) -> UInt64? {
    if isLost { return nil }
    asked += 1
    var request = wg_keeper_request(kind: kind.rawValue, value: value, number: asked)
    let size = MemoryLayout.size(ofValue: request)
    let sent = try? systemCall {
      send(descriptor.rawValue, &request, size, Int32(MSG_NOSIGNAL))
    }
    if sent == size { return asked }
    isLost = true
    return nil
  }

  /// One answer that is there; nil when the keeper has hung up.
  private func receive() -> wg_keeper_answer? {
    var answer = wg_keeper_answer()
    let size = MemoryLayout.size(ofValue: answer)
    let length = try? systemCall { recv(descriptor.rawValue, &answer, size, 0) }
    return length == size ? answer : nil
  }
}

/// A process that is gone, by what it was known by.
public struct EndedProcess: Equatable, Sendable {
  public let pid: Int32
  /// Clock ticks between boot and its start.
  public let startTicks: UInt64
  public let status: ExitStatus

  public init(pid: Int32, startTicks: UInt64, status: ExitStatus) {
    self.pid = pid
    self.startTicks = startTicks
    self.status = status
  }
}
