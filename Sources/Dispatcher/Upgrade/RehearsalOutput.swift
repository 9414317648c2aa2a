internal import LinuxSystem
internal import SystemPackage

/// What a program prints, read as it comes and kept within a bound.
final class RehearsalOutput {
  private(set) var bytes: [UInt8] = []
  /// It printed more than is kept.
  private(set) var isTooLong = false
  /// Given to the program.
  let writeEnd: Descriptor
  private let readEnd: Descriptor
  private let limit: Int
  private let loop: EventLoop
  private var registration: EventLoop.Registration?

  init(limit: Int, loop: EventLoop) throws(Errno) {
    let pipe = try Pipe()
    try pipe.readEnd.setNonBlocking(true)
    readEnd = pipe.readEnd
    writeEnd = pipe.writeEnd
    self.limit = limit
    self.loop = loop
    registration = try loop.add(readEnd, for: .readable) { [weak self] _ in self?.collect() }
  }

  /// Takes what is there; never blocks.
  func collect() {
    while registration != nil, case .bytes(let new)? = try? readEnd.readAvailable() {
      bytes += new.prefix(limit - bytes.count)
      if bytes.count == limit {
        isTooLong = true
        return close()
      }
    }
  }

  /// Takes what is there, and nothing from then on.
  func close() {
    if let registration { loop.remove(registration) }
    registration = nil
  }

  /// The first line, for people.
  var firstLine: String {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }.prefix(300)
    return String(decoding: line.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }, as: UTF8.self)
  }
}
