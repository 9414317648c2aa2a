import ChatStorage
import ControlProtocol
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

/// Something that holds a project and answers on its socket as it was told to, on a thread of its own.
final class FakeDispatcher {
  private let thread: BackgroundThread
  private let layout: ProjectLayout
  private let log: FilePath

  /// - Parameter answers: by `cmd`; what is not there is answered with ok and nothing else.
  init(_ project: TestProject, answers: [String: JSONValue] = [:]) throws {
    layout = project.layout
    log = project.folder.file("requests.jsonl")
    try Directory.create(layout.service)
    let answers = answers.mapValues(\.description)
    let (layout, log) = (layout, log)
    thread = BackgroundThread { try? Self.serve(layout, answers, log) }
    guard try eventually({ try FileStatus.of(layout.socket) != nil }) else {
      throw FaultError("the fake dispatcher does not listen")
    }
  }

  deinit {
    let quit = try? UnixStream.connect(layout.socket)
    try? quit?.writeAll(Array("{\"cmd\":\"quit\"}\n".utf8), until: .never)
    thread.join()
  }

  /// What it was asked, in order.
  var requests: [String] {
    (text(of: log) ?? "").split(separator: "\n").map(String.init)
  }

  private static func serve(
    _ layout: ProjectLayout, _ answers: [String: String], _ log: FilePath
  ) throws {
    let lock = try FileLock.acquire(layout.dispatcherLock)
    defer { withExtendedLifetime(lock) {} }
    let listener = try StreamListener.listen(layout.socket)
    while true {
      _ = try listener.descriptor.wait(for: .readable, until: .never)
      guard let stream = try listener.accept() else { continue }
      if try !serve(stream, answers, log) { return }
    }
  }

  /// False when it was told to end.
  private static func serve(
    _ stream: UnixStream, _ answers: [String: String], _ log: FilePath
  ) throws -> Bool {
    var decoder = FrameDecoder()
    while true {
      _ = try stream.descriptor.wait(for: .readable, until: .never)
      guard case .bytes(let bytes) = try stream.read() else { return true }
      decoder.append(bytes)
      while let request = try decoder.next() {
        let name = request["cmd"]?.string ?? ""
        try Descriptor.open(log, flags: O_WRONLY | O_APPEND | O_CREAT)
          .writeAll(Frame.encode(request))
        try stream.writeAll(Array(((answers[name] ?? "{\"ok\":true}") + "\n").utf8), until: .never)
        if name == "quit" || name == "shutdown" { return false }
      }
    }
  }
}

/// A thread that runs one closure.
final class BackgroundThread {
  private var handle = pthread_t()
  private var isJoined = false

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  init(_ run: @escaping @Sendable () -> Void) {
    let body = Unmanaged.passRetained(Body(run))
    pthread_create(
      &handle, nil,
      { pointer in
        if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
  }

  func join() {
    if !isJoined { pthread_join(handle, nil) }
    isJoined = true
  }

  deinit { join() }
}
