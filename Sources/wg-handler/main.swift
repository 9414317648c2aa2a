import ChatHandlers
import Glibc
import LinuxSystem

exit(WGHandler.run(arguments: CurrentProcess.arguments))
