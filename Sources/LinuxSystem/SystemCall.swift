internal import Glibc
public import SystemPackage

/// Runs a system call that answers -1 and sets `errno` when it fails, again after EINTR.
///
/// EBADF and EFAULT mean that this program lost track of a descriptor or of memory. Going on could
/// close or write somebody else's file, so they end the process.
@discardableResult
@inline(never)  // Nothing may run between the call and the reading of errno.
public func systemCall<Result: FixedWidthInteger>(_ body: () -> Result) throws(Errno) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    if code == EINTR { continue }
    precondition(code != EBADF && code != EFAULT, "system call failed with errno \(code)")
    throw Errno(rawValue: code)
  }
}

/// The same for a call that must not be repeated after EINTR: `close`, a wait with a deadline.
@discardableResult
@inline(never)
public func systemCallOnce<Result: FixedWidthInteger>(
  _ body: () -> Result
) throws(Errno) -> Result {
  let result = body()
  if result != -1 { return result }
  throw Errno(rawValue: errno)
}
