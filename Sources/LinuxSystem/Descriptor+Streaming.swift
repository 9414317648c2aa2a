internal import Glibc
public import SystemPackage

/// What a read from a pipe, terminal or socket came to.
public enum ReadResult: Equatable, Sendable {
  /// At least one.
  case bytes([UInt8])
  case endOfStream
  /// Nothing there yet.
  case wouldBlock
}

/// What a write to a pipe, terminal or socket came to.
public enum WriteResult: Equatable, Sendable {
  /// How many bytes were taken; perhaps fewer than given.
  case wrote(Int)
  /// No room yet.
  case wouldBlock
}

extension Descriptor {
  /// Reads what is there, at most `maximum` bytes.
  ///
  /// `read(2)`; blocks unless non-blocking was set.
  ///
  /// A terminal whose other side is gone (EIO) is at the end of its stream.
  public func readAvailable(maximum: Int = 64 * 1024) throws(Errno) -> ReadResult {
    do throws(Errno) {
      let bytes = try readBytes(maximum)
      return bytes.isEmpty ? .endOfStream : .bytes(bytes)
    } catch {
      if error == .wouldBlock { return .wouldBlock }
      if error == .ioError && isatty(rawValue) == 1 { return .endOfStream }
      throw error
    }
  }

  private func readBytes(_ maximum: Int) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: max(1, maximum)) { buffer, filled in
      do throws(Errno) {
        filled = try systemCall { Glibc.read(rawValue, buffer.baseAddress, buffer.count) }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes what there is room for.
  ///
  /// `write(2)`; EPIPE needs SIGPIPE to be ignored.
  public func writeAvailable(_ bytes: ArraySlice<UInt8>) throws(Errno) -> WriteResult {
    do throws(Errno) {
      let count = try systemCall {
        bytes.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
      }
      return .wrote(count)
    } catch {
      if error == .wouldBlock { return .wouldBlock }
      throw error
    }
  }
}
