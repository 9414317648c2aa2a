import LinuxSystem
import TestSupport

extension SystemService {
  /// Has the service find a kernel where nobody but the parent learns how a process ended, as before
  /// Linux 6.15; `keeper` is the dispatcher's option.
  func useOldKernel(keeper: String = "auto", more: String = "") throws {
    let library = "/usr/local/lib/wg-test-old-kernel.so"
    try shell("install -m 755 '\(TestPrograms.path("libtest-old-kernel.so"))' \(library)")
    try unit.configure(
      """
      \(more)
      [Service]
      Environment=LD_PRELOAD=\(library)
      ExecStart=
      ExecStart=\(unit.command()) --keeper \(keeper)
      """, as: "old-kernel")
  }

  /// The process that serves, which need not be the main one.
  func dispatcher() throws -> Int {
    guard let pid = try json("service status")["pid"] as? Int else {
      throw FaultError("there is no dispatcher\n\(unit.status)")
    }
    return pid
  }

  /// Waits until another process serves than this one.
  func nextDispatcher(after former: Int) throws -> Int {
    try eventually(within: 60, "a dispatcher after \(former)") {
      guard let pid = try json("service status")["pid"] as? Int, pid != former,
        try unit.state == "active"
      else { return nil }
      return pid
    }
  }

  /// How the run with this leader ended, as the journal has it.
  func end(of handler: Int) throws -> JournalEntry {
    try journal.entry("WG_EVENT=chat.exited OBJECT_PID=\(handler)", within: 60)
  }
}
