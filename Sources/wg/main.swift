internal import Glibc
internal import LinuxSystem
internal import WGCommands

exit(CommandRunner.standard().run(CurrentProcess.arguments))
