// A program that runs exactly while a file is there.
//
//     swift run --package-path Examples on-demand /tmp/wanted
import Glibc
import Supervision

guard CommandLine.arguments.count == 2 else {
  print("on-demand: name the file, as in `on-demand /tmp/wanted`")
  exit(64)
}
let presence = try FilePresence(of: CommandLine.arguments[1])
let supervisor = try Supervisor()
supervisor.onEvent = { event in
  print(event)
  fflush(nil)
}
let companion = Companion("companion", of: presence, program: "sleep", arguments: ["infinity"])
try companion.join(supervisor)
try supervisor.run()
