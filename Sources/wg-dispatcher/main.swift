internal import Dispatcher
internal import Glibc
internal import LinuxSystem

exit(DispatcherProgram.run(CurrentProcess.arguments))
