import Foundation
import TestSupport
import Testing

extension World {
  /// A service whose main process is the keeper: where the kernel does not tell how orphans end.
  @Suite struct KeptServiceTests {
    /// A service that runs, with a chat whose handler does too.
    private func begun(
      _ more: String = "", handler: String = "--handler echo"
    ) throws -> (service: SystemService, chat: Int, handler: Int) {
      let service = try SystemService()
      try service.useOldKernel(more: more)
      try service.start()
      let chat = try service.createChat(handler)
      #expect(try service.ask(chat, "hello") == "hello")
      return (service, chat, try service.handler(of: chat))
    }

    private func isAlive(_ pid: Int) throws -> Bool { try attempt("kill -0 \(pid)").status == 0 }

    private func expectNobodyLeft(_ service: SystemService, _ pids: Int...) throws {
      try service.until("nobody is left") {
        try service.unit.processes().isEmpty && pids.allSatisfy { try !isAlive($0) }
      }
    }

    @Test func `the main process is the keeper, and systemd hears the dispatcher`() throws {
      let (service, _, _) = try begun()
      let (main, dispatcher) = (try service.unit.mainPID, try service.dispatcher())
      #expect(try shell("cat /proc/\(main)/comm").firstLine == "wg-keeper")
      #expect(try service.json("service status")["keeper"] as? Int == main)
      #expect(dispatcher != main)
      try service.until("systemd has the dispatcher's line") {
        try service.unit.property("StatusText").hasPrefix("1 chat: 1 running")
      }
      let group = try service.unit.property("ControlGroup")
      #expect(try shell("cat /sys/fs/cgroup'\(group)'/cgroup.procs").output == "")
      #expect(try service.unit.property("NFileDescriptorStore") == "0", "the keeper knows")
    }

    @Test func `where the kernel tells, the main process is the dispatcher`() throws {
      let service = try SystemService()
      try service.start()
      #expect(try service.unit.mainPID == service.dispatcher())
    }

    @Test func `a dispatcher that is killed is the keeper's to start again, and loses no end`()
      throws
    {
      let (service, chat, handler) = try begun("[Service]\nWatchdogSec=0")
      let (main, former) = (try service.unit.mainPID, try service.dispatcher())
      // Nobody starts the next dispatcher before the handler is gone.
      try shell("kill -STOP \(main) && kill -KILL \(former) && kill -USR1 \(handler)")
      try service.until("the handler is gone") {
        let state = try attempt("cut -d ' ' -f 3 /proc/\(handler)/stat").firstLine
        return state == "Z" || state.isEmpty
      }
      try shell("kill -CONT \(main)")
      let entry = try service.end(of: handler)
      #expect(entry["EXIT_CODE"] == "killed" && entry["EXIT_STATUS"] == "10", "\(entry)")
      _ = try service.nextDispatcher(after: former)
      #expect(try service.unit.mainPID == main)
      #expect(try service.unit.property("NRestarts") == "0")
      #expect(try service.unit.state == "active")
      #expect(try service.ask(chat, "again") == "again")
    }

    @Test func `a restart leaves the handler, and a stop ends it`() throws {
      let (service, chat, handler) = try begun()
      let former = try service.unit.mainPID
      try service.unit.systemctl("restart")
      #expect(try service.unit.mainPID != former)
      #expect(try service.handler(of: chat) == handler)
      #expect(try service.ask(chat, "after") == "after")
      try service.unit.systemctl("stop")
      #expect(try service.unit.property("Result") == "success")
      try expectNobodyLeft(service, handler)
    }

    @Test func `a stop ends the handlers while the keeper waits to start the dispatcher again`()
      throws
    {
      let (service, _, handler) = try begun(
        handler: "--command 'trap \"\" TERM; while read -r line; do echo \"$line\"; done'")
      var dispatcher = 0
      for _ in 1...4 {
        dispatcher = try service.nextDispatcher(after: dispatcher)
        try shell("kill -KILL \(dispatcher)")
      }
      try service.unit.systemctl("stop")
      try expectNobodyLeft(service, handler)
    }

    @Test func `a reload is the dispatcher's`() throws {
      let (service, _, handler) = try begun()
      let (main, dispatcher) = (try service.unit.mainPID, try service.dispatcher())
      try service.unit.systemctl("reload")
      _ = try service.journal.entry("WG_EVENT=dispatcher.reloaded")
      #expect(try service.unit.mainPID == main)
      #expect(try service.dispatcher() == dispatcher)
      #expect(try isAlive(handler))
    }

    @Test func `a dispatcher that hangs is ended with its keeper, and its handler is not`() throws {
      let (service, chat, handler) = try begun(
        "[Service]\nWatchdogSec=2s\nRestartSec=100ms\nTimeoutAbortSec=2s")
      let (main, former) = (try service.unit.mainPID, try service.dispatcher())
      try shell("kill -STOP \(former)")
      _ = try service.nextDispatcher(after: former)
      #expect(try service.unit.mainPID != main)
      let text = try service.journal.text("--unit=wg-dispatcher --output=cat")
      #expect(text.contains("Watchdog timeout"), "\(text)")
      #expect(try !isAlive(former), "nobody holds the project any more")
      #expect(try service.handler(of: chat) == handler)
      #expect(try service.ask(chat, "again") == "again")
    }

    @Test func `a keeper that is killed takes the dispatcher with it, and no handler`() throws {
      let (service, chat, handler) = try begun("[Service]\nRestartSec=100ms")
      let (main, former) = (try service.unit.mainPID, try service.dispatcher())
      try shell("kill -KILL \(main)")
      _ = try service.nextDispatcher(after: former)
      #expect(try !isAlive(former))
      #expect(try service.handler(of: chat) == handler)
      #expect(try service.ask(chat, "again") == "again")
      // Nobody's child, and the kernel does not tell.
      try shell("kill -USR1 \(handler)")
      #expect(try service.end(of: handler)["EXIT_STATUS"] == nil)
    }

    @Test func `a dispatcher that dies too often is given up, and its handlers end`() throws {
      let (service, _, handler) = try begun(
        "[Unit]\nStartLimitBurst=1\n[Service]\nRestartSec=100ms")
      let main = try service.unit.mainPID
      try service.until("the keeper has given up", within: 120) {
        if let dispatcher = try? service.dispatcher() {
          _ = try attempt("kill -KILL \(dispatcher)")
        }
        return try service.unit.mainPID != main
      }
      try service.unit.wait(for: "failed", within: 60)
      try expectNobodyLeft(service, handler)
      let text = try service.journal.text("--unit=wg-dispatcher --output=cat")
      #expect(text.contains("the dispatcher died 8 times in 10 minutes"), "\(text)")
    }

    @Test func `a status that no restart cures comes through, and takes the handlers with it`()
      throws
    {
      let (service, _, handler) = try begun("[Service]\nRestartSec=100ms")
      try service.unit.configure(
        "[Service]\nExecStart=\nExecStart=/usr/local/bin/wg-dispatcher --dir /no/such --keeper yes",
        as: "zz-wrong")
      try shell("kill -KILL \(service.unit.mainPID)")
      try service.unit.wait(for: "failed", within: 60)
      #expect(try service.unit.property("ExecMainStatus") == "66")
      try expectNobodyLeft(service, handler)
    }

    @Test func `an upgrade goes on below the same keeper, which knows what comes after`() throws {
      let (service, chat, handler) = try begun()
      let (main, dispatcher) = (try service.unit.mainPID, try service.dispatcher())
      try service.wg("service upgrade")
      #expect(try service.dispatcher() == dispatcher)
      #expect(try service.unit.mainPID == main)
      #expect(try service.json("service status")["keeper"] as? Int == main)
      try shell("kill -KILL \(dispatcher)")
      _ = try service.nextDispatcher(after: dispatcher)
      #expect(try service.handler(of: chat) == handler)
      try shell("kill -USR2 \(handler)")
      let entry = try service.end(of: handler)
      #expect(entry["EXIT_CODE"] == "killed" && entry["EXIT_STATUS"] == "12", "\(entry)")
    }

    @Test func `each dispatcher of a keeper has the socket, and the last one ends both`() throws {
      let service = try SystemService()
      try service.useOldKernel()
      let command = try service.unit.command()
        .replacing(/--exit-when-idle \S+/, with: "--exit-when-idle 1s")
      try service.unit.configure(
        "[Service]\nExecStart=\nExecStart=\(command) --idle-timeout 10s", as: "zz-hasty")
      try service.socket.systemctl("start")
      let chat = try service.createChat()
      #expect(try service.ask(chat, "one") == "one")
      let (main, former) = (try service.unit.mainPID, try service.dispatcher())
      try shell("kill -KILL \(former)")
      #expect(try service.ask(chat, "two") == "two")
      #expect(try service.unit.mainPID == main)
      try service.unit.wait(for: "inactive", within: 60)
      #expect(try service.unit.property("Result") == "success")
      #expect(try service.socket.state == "active", "the socket stays")
      #expect(try service.ask(chat, "three") == "three")
    }
  }
}
