public import LinuxSystem
import SystemPackage

/// A control group for one test, below this process's own; gone, with all in it, when the test lets
/// go of it.
public final class ScratchGroup {
  public let group: ControlGroup

  /// `delegated`: it looks as if systemd had given it away.
  public init(delegated: Bool = false) throws {
    guard let own = ControlGroup.own() else { throw FaultError("no control group") }
    group = try own.makeChild("wg-test-\(String(RandomBytes.word(), radix: 36))")
    if delegated { try group.addMark("user.delegate", "1") }
  }

  deinit {
    try? group.kill()
    _ = eventually { (try? group.isPopulated()) != true }
    try? group.remove()
  }

  /// Why no group can be made here; nil when one can.
  public static let obstacle: String? = {
    guard let own = ControlGroup.own() else { return "no cgroup v2 tree is visible" }
    let isManaged = ((try? FileStatus.of("/run/systemd/system")) ?? nil) != nil
    if isManaged && !own.isDelegated { return "\(own.path) belongs to systemd" }
    guard own.isWritable else { return "\(own.path) cannot be written" }
    do throws(Errno) {
      let probe = try own.makeChild("wg-probe-\(String(RandomBytes.word(), radix: 36))")
      defer { try? probe.remove() }
      try probe.addMark("user.wg-probe", "1")
    } catch {
      return "\(own.path) takes no groups with attributes: \(error)"
    }
    return nil
  }()
}
