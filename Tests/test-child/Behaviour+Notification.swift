import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  func notify(_ arguments: Arguments) throws { throw Errno.notSupported }
  func notifyWithDescriptor() throws { throw Errno.notSupported }
}
