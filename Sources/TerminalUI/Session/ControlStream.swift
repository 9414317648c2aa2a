internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// A connection to the dispatcher that is never waited for.
final class ControlStream {
  private let stream: UnixStream
  private var decoder = FrameDecoder(limit: 64 << 20)

  var descriptor: Descriptor { stream.descriptor }

  /// Nanoseconds that a dispatcher with a full queue is waited for.
  private static let patience: Int64 = 50_000_000

  /// Connects and asks; nil when nobody takes it.
  init?(to paths: [FilePath], asking requests: [ControlRequest]) {
    let open = paths.lazy.compactMap { path in
      try? UnixStream.connect(path, timeout: Self.patience)
    }.first
    guard let open else { return nil }
    stream = open
    for request in requests { guard send(request) else { return nil } }
  }

  /// False when the dispatcher does not take even that: it is as good as gone.
  func send(_ request: ControlRequest) -> Bool {
    let bytes = Frame.encode(request.json)
    return (try? stream.write(bytes[...])) == .wrote(bytes.count)
  }

  /// What has come; nil when the connection has ended.
  func receive() -> [JSONValue]? {
    guard let result = try? stream.read() else { return nil }
    switch result {
    case .wouldBlock: return []
    case .endOfStream: return nil
    case .bytes(let bytes): decoder.append(bytes)
    }
    var frames: [JSONValue] = []
    do throws(FrameError) {
      while let frame = try decoder.next() { frames.append(frame) }
    } catch {
      return nil
    }
    return frames
  }
}
