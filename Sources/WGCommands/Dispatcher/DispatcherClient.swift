internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

/// A connection to a running dispatcher: one request, one answer, in turn.
final class DispatcherClient {
  private let stream: UnixStream
  private var decoder = FrameDecoder(limit: 64 << 20)

  /// Readable when the dispatcher says something unasked, or closes.
  var descriptor: Descriptor { stream.descriptor }

  private init(_ stream: UnixStream) {
    self.stream = stream
  }

  /// Connects; nil when nobody listens there.
  static func connect(_ path: FilePath) throws -> DispatcherClient? {
    do throws(Errno) {
      return DispatcherClient(try UnixStream.connect(path, timeout: 5_000_000_000))
    } catch {
      switch error {
      case .noSuchFileOrDirectory, .connectionRefused, .notDirectory, .notSocket: return nil
      case .timedOut, .wouldBlock:
        throw ControlError(.tryAgain, "the dispatcher is too busy to accept a connection")
      default: throw error
      }
    }
  }

  /// Sends a request and waits for the answer, which may be a refusal.
  /// - Throws: `tryAgain` when the answer does not come in time; what was asked may still happen.
  func ask(_ request: ControlRequest, within limit: TimeSpan) throws -> ControlResponse {
    let deadline = Deadline.after(nanoseconds: limit.nanoseconds)
    do {
      try send(request, until: deadline)
      return try ControlResponse(try receive(until: deadline))
    } catch let error as Errno {
      throw Self.broken(error, limit)
    }
  }

  /// A dispatcher that turns this user away has closed already, and has said why before.
  private func send(_ request: ControlRequest, until deadline: Deadline) throws(Errno) {
    do throws(Errno) {
      try stream.writeAll(Frame.encode(request.json), until: deadline)
    } catch {
      if error != .brokenPipe { throw error }
    }
  }

  /// The payload of an answer that is ok.
  /// - Throws: the refusal otherwise.
  func demand(_ request: ControlRequest, within limit: TimeSpan) throws -> JSONObject {
    let response = try ask(request, within: limit)
    if let failure = response.failure { throw failure }
    return response.payload
  }

  /// The next thing that the dispatcher says unasked; waits for it without a limit.
  /// - Throws: what ended the connection.
  func next() throws -> JSONValue { try receive(until: .never) }

  /// The same within a time; nil when nothing came.
  func next(until deadline: Deadline) throws -> JSONValue? {
    do {
      return try receive(until: deadline)
    } catch Errno.timedOut {
      return nil
    }
  }

  private func receive(until deadline: Deadline) throws -> JSONValue {
    while true {
      do throws(FrameError) {
        if let frame = try decoder.next() { return frame }
      } catch {
        throw ControlError(.badData, "the dispatcher's answer is not readable")
      }
      guard try stream.descriptor.wait(for: .readable, until: deadline) else {
        throw Errno.timedOut
      }
      switch try stream.read() {
      case .bytes(let bytes): decoder.append(bytes)
      case .wouldBlock: continue
      case .endOfStream: throw Errno.connectionReset
      }
    }
  }

  private static func broken(_ error: Errno, _ limit: TimeSpan) -> ControlError {
    switch error {
    case .timedOut:
      ControlError(
        .tryAgain, "the dispatcher did not answer within \(limit)",
        hint: "`wg service status` tells what it is doing")
    case .connectionReset, .brokenPipe:
      ControlError(
        .tryAgain, "the dispatcher closed the connection without an answer",
        hint: "`wg service logs` tells why")
    default: ControlError(causedBy: error)
    }
  }
}
