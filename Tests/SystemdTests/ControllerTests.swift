import Foundation
import TestSupport
import Testing

extension World {
  /// The unit's control group while its children have a controller: from then on the kernel lets no
  /// process into the group itself.
  @Suite struct ControllerTests {
    /// What the world has, where the machine does not use it for cgroup v1; it limits nothing here.
    private static let controller = "hugetlb"

    private func set(_ sign: String, _ groups: [String]) throws -> Bool {
      let files = groups.map { "'\($0)/cgroup.subtree_control'" }
      let lines = files.map { "echo \(sign)\(Self.controller) > \($0)" }
      return try attempt(lines.joined(separator: " && ")).status == 0
    }

    @Test(arguments: ["no", "yes"])
    func `a dispatcher can be started again although handlers have controllers`(keeper: String)
      throws
    {
      let offered = try shell("cat /sys/fs/cgroup/cgroup.controllers").output
      guard offered.contains(Self.controller) else {
        return print("skipped: this machine has no \(Self.controller) for cgroup v2")
      }
      let service = try SystemService()
      try service.useOldKernel(keeper: keeper, more: "[Service]\nRestartSec=100ms")
      try service.start()
      let chat = try service.createChat()
      #expect(try service.ask(chat, "hello") == "hello")
      let handler = try service.handler(of: chat)
      let above = ["/sys/fs/cgroup", "/sys/fs/cgroup/system.slice"]
      let group = "/sys/fs/cgroup" + (try service.unit.property("ControlGroup"))
      defer { _ = try? set("-", above.reversed()) }
      for verb in ["restart", "kill --kill-who=main -s KILL"] {
        let former = try service.dispatcher()
        #expect(try set("+", above + [group]), "nobody is in the group")
        #expect(try attempt("echo $$ > '\(group)/cgroup.procs'").status != 0, "and nobody may")
        try service.unit.systemctl(verb, within: 90)
        _ = try service.nextDispatcher(after: former)
        #expect(try service.handler(of: chat) == handler)
      }
      try service.unit.systemctl("stop")
    }
  }
}
