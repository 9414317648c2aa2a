// Keeps three programs running until SIGTERM or SIGINT, and says what happens to them.
//
//     swift run --package-path Examples three-programs
import Glibc
import Supervision

/// A child that is a line of shell.
func child(_ name: String, _ script: String) -> ChildSpecification {
  ChildSpecification(name, program: "sh", arguments: ["-c", script])
}

let supervisor = try Supervisor()

// Runs always: whoever kills it sees it come back.
var server = child("server", "exec sleep infinity")
server.stopTimeout = .seconds(5)

// Fails always: it waits a little longer after each failed run, and is parked after the fourth.
var failing = child("failing", "exit 1")
failing.restartDelay = RestartDelay(first: .milliseconds(50), longest: .seconds(1))
failing.startLimit = StartLimit(failures: 4, interval: .seconds(60))

// A job that is done when it has ended well, and is tried again when it has not.
var job = child("job", "echo \"the job greets from $PWD in $COLOUR\"")
job.restart = .onFailure
job.workingDirectory = "/"
job.environment = ["COLOUR": "green"]

supervisor.onEvent = { event in
  print(event)
  fflush(nil)
}
for child in [server, failing, job] { try supervisor.add(child) }
try supervisor.run()
