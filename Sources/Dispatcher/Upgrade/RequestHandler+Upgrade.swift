internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage

extension RequestHandler {
  /// Answered by the program that serves in the end, on the same connection.
  func upgrade(
    _ request: ControlRequest.UpgradeRequest, _ connection: ControlConnection
  ) throws {
    try admit(connection)
    let program = try program(request)
    let patience = Int64(clamping: request.timeoutMilliseconds ?? Self.usualPatience)
    let attempt = try UpgradeAttempt(
      program, try identity(program), patience: min(patience, Self.longestPatience) * 1_000_000,
      asker: connection)
    do {
      try daemon.begin(attempt)
    } catch {
      throw ControlError(.failed, "\(program): the new program cannot be tried: \(error)")
    }
    answer(connection) { attempt.refusal.map { .failed($0) } }
  }

  /// Milliseconds.
  private static let usualPatience: UInt64 = 10_000
  private static let longestPatience: Int64 = 600_000

  /// Whoever may talk to the chats may not, by that alone, say what program the dispatcher is.
  private func admit(_ connection: ControlConnection) throws(ControlError) {
    guard connection.peer.user == CurrentProcess.user || connection.peer.user == 0 else {
      throw ControlError(
        .notPermitted, "only the dispatcher's own user and root may upgrade it")
    }
    if daemon.isEnding { throw ControlError(.tryAgain, "the dispatcher is ending") }
    if daemon.upgrade != nil { throw ControlError(.tryAgain, "an upgrade is under way already") }
  }

  /// Without a wish it is the file that this program was executed from, or what is there instead.
  private func program(
    _ request: ControlRequest.UpgradeRequest
  ) throws -> FilePath {
    guard let wish = request.program else {
      return try CurrentProcess.executable().withoutDeletion
    }
    let path = FilePath(wish)
    guard path.isAbsolute else {
      throw ControlError(.usage, "`program` must be an absolute path, not \(wish.prefix(200))")
    }
    return path
  }

  private func identity(_ program: FilePath) throws -> FileStatus {
    guard let status = try FileStatus.of(program, followsLinks: true) else {
      throw ControlError(.notFound, "\(program): no such file")
    }
    guard status.kind == .regular, status.permissions & 0o111 != 0 else {
      throw ControlError(.usage, "\(program) is no program")
    }
    return status
  }
}

extension FilePath {
  /// `/proc` adds a remark to the name of a program whose file was replaced.
  fileprivate var withoutDeletion: FilePath {
    string.hasSuffix(" (deleted)") ? FilePath(String(string.dropLast(10))) : self
  }
}
