internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// Both ends of a pipe, close-on-exec.
///
/// `pipe2(2)`.
public struct Pipe {
  public let readEnd: Descriptor
  public let writeEnd: Descriptor

  /// Makes a pipe; with `nonBlocking` neither end waits.
  public init(nonBlocking: Bool = false) throws(Errno) {
    var ends: [Int32] = [-1, -1]
    try systemCall { wg_pipe(&ends, nonBlocking ? O_NONBLOCK : 0) }
    readEnd = Descriptor(owning: ends[0])
    writeEnd = Descriptor(owning: ends[1])
  }
}
