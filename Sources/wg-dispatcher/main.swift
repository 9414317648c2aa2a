internal import Dispatcher
internal import Glibc

exit(DispatcherProgram.run(Array(CommandLine.arguments.dropFirst())))
