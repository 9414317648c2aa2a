// A child that says when it is ready, and gives signs of life until it hangs. Then its watchdog ends
// it, and it is started again.
//
//     swift run --package-path Examples ready-and-watchdog
import Glibc
import Supervision

// The child is this program too, called `ready-and-watchdog work`.
if CommandLine.arguments.dropFirst().first == "work" { Worker().run() }

var worker = ChildSpecification("worker", program: CommandLine.arguments[0], arguments: ["work"])
worker.readiness = .notified
worker.startTimeout = .seconds(30)
worker.watchdog = .milliseconds(500)
// SIGABRT is to end it: the Swift runtime would catch it, print a backtrace, and go on.
worker.environment["SWIFT_BACKTRACE"] = "enable=no"
worker.restartDelay = RestartDelay(first: .milliseconds(100))

let supervisor = try Supervisor()
supervisor.onEvent = { event in
  print(event)
  fflush(nil)
}
try supervisor.add(worker)
try supervisor.run()
