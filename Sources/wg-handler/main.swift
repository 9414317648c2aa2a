import ChatHandlers
import Glibc

exit(WGHandler.run(arguments: Array(CommandLine.arguments.dropFirst())))
