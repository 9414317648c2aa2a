import LinuxSystem
import Supervision
import SystemPackage
import TestSupport
import Testing

/// What children say of themselves, and what comes of it.
@Suite(.serialized) struct VoiceTests {
  @Test func `a child that is to say when it is ready is starting until then`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      var silent = world.child("silent", "hang")
      silent.readiness = .notified
      silent.startTimeout = .milliseconds(50)
      silent.startLimit = StartLimit(failures: 1)
      var ready = world.child("ready", "notify", "READY=1\nSTATUS=at your service")
      ready.readiness = .notified
      try world.supervisor.add(silent)
      try world.supervisor.add(ready)
      try world.run(until: .running, "ready")
      try world.run(until: .parked, "silent")
      try world.run { world.kinds("ready").contains(.status("at your service")) }
      #expect(world.kinds("silent").contains(.stopping(.startTimeout)))
      #expect(!world.kinds("silent").contains(.ready))
      try world.finish()
    }
  }

  @Test func `a child that gives no sign of life is aborted and started again`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      var child = world.child("mute", "give-signs", "20", "3")
      child.readiness = .notified
      child.watchdog = .milliseconds(300)
      try world.supervisor.add(child)
      try world.run { world.starts("mute").count == 2 }
      #expect(world.kinds("mute").contains(.stopping(.watchdog)))
      #expect(world.ends("mute").first == .signal(6))
      try world.finish()
    }
  }

  @Test func `the folder of the sockets is gone when the supervisor has ended`() async {
    await #expect(processExitsWith: .success) {
      let world = try World()
      var child = world.child("web", "print-env")
      let output = world.folder.file("output")
      child.readiness = .notified
      child.restart = .never
      child.output = .file(output.string)
      child.environment = ["COLOUR": "green", "PATH": "/usr/bin:/bin"]
      try world.supervisor.add(child)
      try world.run(until: .resting, "web")
      try world.run { !world.ends("web").isEmpty }
      let lines = world.contents("output").split(separator: "\n")
      #expect(lines.contains("COLOUR=green"))
      #expect(lines.filter { $0.hasPrefix("PATH=") } == ["PATH=/usr/bin:/bin"])
      let socket = try #require(lines.first { $0.hasPrefix("NOTIFY_SOCKET=") }?.dropFirst(14))
      world.supervisor.shutDown()
      try world.supervisor.run(endsOnSignals: false)
      let folder = FilePath(String(socket)).removingLastComponent()
      #expect(
        socket.hasPrefix("/") && folder.lastComponent?.string.hasPrefix("supervisor-") == true)
      #expect(try FileStatus.of(folder) == nil)
    }
  }
}
