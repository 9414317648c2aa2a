// A program that misbehaves on request. It makes no process by fork: it starts itself again.
//
// What others wait for is announced by a line on standard output.
import Glibc
import LinuxSystem
import SystemPackage

let arguments = Array(CommandLine.arguments.dropFirst())
guard let behaviour = arguments.first.flatMap(Behaviour.init) else {
  StandardStreams.write(.error, "usage: test-child BEHAVIOUR [ARGUMENT...], one of\n")
  StandardStreams.write(.error, Behaviour.allCases.map { "  \($0.rawValue)\n" }.joined())
  exit(64)
}
do {
  try behaviour.perform(Arguments(Array(arguments.dropFirst())))
} catch {
  StandardStreams.write(.error, "test-child: \(error)\n")
  exit(70)
}
