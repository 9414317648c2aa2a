internal import CLinuxShims
internal import Glibc
internal import SystemPackage

/// What of this process lies in memory without being needed there.
public enum ResidentMemory {
  /// Gives back free heap, and the code that is not running.
  ///
  /// Code lies in the page cache; what is used again is mapped again from there, for about a
  /// microsecond a fault. A program that starts much and then waits would otherwise keep the code of
  /// its start mapped for ever. Takes some 100 µs. malloc_trim(3), madvise(2).
  public static func giveBack() {
    wg_malloc_trim()
    for range in codeRanges() {
      guard let start = UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
      // Never written, so nothing is lost: only mappings that are executable and private.
      madvise(start, range.count, MADV_DONTNEED)
    }
  }

  /// Executable mappings of files, from /proc/self/maps; proc_pid_maps(5).
  static func codeRanges() -> [Range<UInt>] {
    guard let file = try? Descriptor.open("/proc/self/maps", flags: O_RDONLY),
      let bytes = try? file.readToEnd()
    else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { codeRange(in: $0) }
  }

  private static func codeRange(in line: ArraySlice<UInt8>) -> Range<UInt>? {
    let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
    guard fields.count == 6, fields[1].elementsEqual("r-xp".utf8),
      fields[5].first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "/")
    else { return nil }
    let bounds = fields[0].split(separator: UInt8(ascii: "-")).compactMap {
      UInt(String(decoding: $0, as: UTF8.self), radix: 16)
    }
    guard bounds.count == 2, bounds[0] < bounds[1] else { return nil }
    return bounds[0]..<bounds[1]
  }
}
