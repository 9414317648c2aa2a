internal import Glibc
internal import WGCommands

exit(CommandRunner.standard().run(Array(CommandLine.arguments.dropFirst())))
