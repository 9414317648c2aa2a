internal import CCurl
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Sends one request at a time over HTTP, in the handler's loop.
///
/// libcurl does the work and is loaded with the first client. It says which sockets to watch and when
/// to wake it; nothing blocks. The connection is kept for the next request.
final class HTTPClient {
  /// How a transfer ended.
  struct End: Equatable, Sendable {
    enum Failure: Equatable, Sendable {
      case address, connect, identity, broken
    }

    /// Nil when an answer was received to its end.
    var failure: Failure?
    /// In libcurl's words.
    var message = ""
    /// Of the answer; 0 without one.
    var status = 0
    /// Nanoseconds to wait before another try, as the answer asked.
    var retryAfter: Int64?
  }

  struct Request {
    var url: String
    var headers: [String]
    var body: [UInt8]
    /// Nanoseconds until there is a connection.
    var connectTimeout: Int64
    /// Whether proxies of the environment are passed by.
    var isDirect = false
    /// PEM file with the authorities to trust instead of the system's.
    var authorities: String?
  }

  private let loop: EventLoop
  private var client: OpaquePointer?
  private var sockets: [Int32: Socket] = [:]
  private var body: UnsafeMutableRawBufferPointer?
  /// Gets the bytes of an answer's body; false ends the transfer.
  var onBytes: ([UInt8]) -> Bool = { _ in true }
  /// When to call `advance` without an event.
  private(set) var deadline: Int64?

  private struct Socket {
    let registration: EventLoop.Registration
  }

  /// Nil when libcurl cannot be loaded.
  init?(loop: EventLoop) {
    self.loop = loop
    // The client lives no longer than this object, whose address it keeps.
    var owner = wg_http_owner()
    owner.context = Unmanaged.passUnretained(self).toOpaque()
    owner.watch = { context, socket, interest in
      HTTPClient.of(context)?.watch(socket, interest)
    }
    owner.wake = { context, milliseconds in HTTPClient.of(context)?.wake(milliseconds) }
    owner.received = { context, bytes, count in
      let bytes = Array(UnsafeBufferPointer(start: bytes, count: count))
      return HTTPClient.of(context)?.onBytes(bytes) == true ? 0 : 1
    }
    client = wg_http_open(owner)
    if client == nil { return nil }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> HTTPClient? {
    context.map { Unmanaged<HTTPClient>.fromOpaque($0).takeUnretainedValue() }
  }

  deinit {
    client.map { wg_http_close($0) }
    body?.deallocate()
  }

  /// The status of the answer that is being received.
  var status: Int { client.map { wg_http_status($0) } ?? 0 }

  /// Begins; false without memory.
  func post(_ request: Request) -> Bool {
    guard let client else { return false }
    keep(request.body)
    return request.headers.withCStrings { headers in
      headers.withUnsafeBufferPointer { headers in
        var raw = wg_http_request()
        raw.headers = headers.baseAddress
        raw.header_count = headers.count
        raw.body = UnsafeRawPointer(body?.baseAddress)
        raw.body_size = body?.count ?? 0
        raw.connect_milliseconds = max(1, Int(request.connectTimeout / 1_000_000))
        raw.is_direct = request.isDirect ? 1 : 0
        return request.url.withCString { url in
          raw.url = url
          guard let authorities = request.authorities else {
            return wg_http_post(client, &raw) == 0
          }
          return authorities.withCString { path in
            raw.authorities = path
            return wg_http_post(client, &raw) == 0
          }
        }
      }
    }
  }

  /// libcurl reads it from here until the transfer is over.
  private func keep(_ bytes: [UInt8]) {
    cancel()
    body?.deallocate()
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    copy.copyBytes(from: bytes)
    body = UnsafeMutableRawBufferPointer(rebasing: copy[..<bytes.count])
  }

  /// Gives the request up, if one is under way.
  func cancel() { client.map { wg_http_cancel($0) } }

  /// Does what is due; how the request ended, once it has.
  func advance(at now: Int64) -> End? {
    guard let client else { return nil }
    if let due = deadline, due <= now {
      deadline = nil
      wg_http_act(client, -1, 0)
    }
    var result = wg_http_result()
    guard wg_http_is_over(client, &result) != 0 else { return nil }
    return end(result, client)
  }

  private func end(_ result: wg_http_result, _ client: OpaquePointer) -> End {
    let failure: End.Failure? =
      switch result.failure {
      case WG_HTTP_OK: nil
      case WG_HTTP_ADDRESS: .address
      case WG_HTTP_CONNECT: .connect
      case WG_HTTP_IDENTITY: .identity
      default: .broken
      }
    let seconds = min(max(0, wg_http_retry_after(client)), 1_000_000)
    return End(
      failure: failure, message: result.message.map { String(cString: $0) } ?? "",
      status: wg_http_status(client), retryAfter: seconds == 0 ? nil : seconds * 1_000_000_000)
  }
}

// What libcurl asks for.
extension HTTPClient {
  private func wake(_ milliseconds: Int) {
    deadline = milliseconds < 0 ? nil : Clock.monotonic + Int64(milliseconds) * 1_000_000
  }

  private func watch(_ number: Int32, _ interest: Int32) {
    var readiness = Readiness()
    if interest & 1 != 0 { readiness.insert(.readable) }
    if interest & 2 != 0 { readiness.insert(.writable) }
    if readiness.isEmpty {
      if let socket = sockets.removeValue(forKey: number) { loop.remove(socket.registration) }
    } else if let socket = sockets[number] {
      try? loop.modify(socket.registration, for: readiness)
    } else {
      add(number, readiness)
    }
  }

  /// The loop gets a copy: libcurl closes the descriptor, the loop closes its own.
  private func add(_ number: Int32, _ readiness: Readiness) {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return }
    let registration = try? loop.add(Descriptor(owning: copy), for: readiness) {
      [unowned self] ready in act(number, ready)
    }
    sockets[number] = registration.map { Socket(registration: $0) }
  }

  private func act(_ number: Int32, _ ready: Readiness) {
    guard let client else { return }
    var mask: Int32 = 0
    if ready.contains(.readable) || ready.contains(.hangup) { mask |= 1 }
    if ready.contains(.writable) { mask |= 2 }
    if ready.contains(.failure) { mask |= 4 }
    wg_http_act(client, number, mask)
  }
}

extension [String] {
  /// As C strings that live as long as the call.
  fileprivate func withCStrings<Result>(
    _ body: ([UnsafePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) })
  }
}
