import Supervision
import TestSupport
import Testing

/// What the library refuses, and in which words.
@Suite(.serialized) struct RefusalTests {
  private static func refusal(_ change: (inout ChildSpecification) -> Void) throws -> String? {
    var child = ChildSpecification("web", program: "true")
    change(&child)
    do throws(SupervisionError) {
      try Supervisor().add(child)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `a specification that nobody could use is refused with the reason`() async {
    await #expect(processExitsWith: .success) {
      let cases: [(String, (inout ChildSpecification) -> Void)] = [
        ("child ``: a child needs a name", { $0.name = "" }),
        ("child `?`: a name has no control characters", { $0.name = "a\u{1b}[2J" }),
        ("child `web`: a child needs a program", { $0.program = "" }),
        ("child `web`: a text has a NUL in it", { $0.arguments = ["a\0b"] }),
        (
          "child `web`: `A=B` cannot be the name of a variable",
          { $0.environment = ["A=B": ""] }
        ),
        ("child `web`: the working directory has no name", { $0.workingDirectory = "" }),
        ("child `web`: the output file has no name", { $0.output = .file("") }),
      ]
      for (reason, change) in cases {
        let refusal = try Self.refusal(change)
        #expect(refusal == reason)
      }
      let none = try Self.refusal { _ in }
      #expect(none == nil)
    }
  }

  @Test func `a name is there once, and what is not there cannot be asked for`() async {
    await #expect(processExitsWith: .success) {
      let supervisor = try Supervisor()
      try supervisor.add(ChildSpecification("web", program: "true"))
      #expect(throws: SupervisionError.duplicateChild("web")) {
        try supervisor.add(ChildSpecification("web", program: "false"))
      }
      #expect(throws: SupervisionError.unknownChild("db")) { try supervisor.stop("db") }
      #expect(throws: SupervisionError.unknownChild("db")) { try supervisor.reconsider("db") }
      #expect(supervisor.status(of: "db") == nil)
    }
  }

  @Test func `numbers that make no sense do no harm`() async {
    await #expect(processExitsWith: .success) {
      let spans: [Duration] = [
        .seconds(-1), .zero, .nanoseconds(1), .seconds(Int64.max), .seconds(Int64.min),
      ]
      for span in spans {
        let world = try World()
        var child = world.child("job", "exit", "1")
        child.stopTimeout = span
        child.startTimeout = span
        child.watchdog = span
        child.restartDelay = RestartDelay(first: span, longest: span, stableAfter: span)
        child.startLimit = StartLimit(failures: -5, interval: span)
        child.demand = .whenever(lingering: span) { true }
        try world.supervisor.add(child)
        try world.run { world.ends("job").count == 1 }
        try world.finish()
      }
    }
  }

  @Test func `a descriptor that is not open cannot be watched`() async {
    await #expect(processExitsWith: .success) {
      let supervisor = try Supervisor()
      #expect(throws: SupervisionError.self) { try supervisor.watch(9_999) {} }
      #expect(throws: SupervisionError.self) { try supervisor.watch(-1) {} }
    }
  }
}
