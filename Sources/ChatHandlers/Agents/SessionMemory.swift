internal import ChatStorage
internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The file in the chat's folder that says under which id an agent keeps the conversation.
///
/// One line. Written atomically, not durably: losing it costs the agent's memory of the
/// conversation, and the chat's own record of it is elsewhere.
struct SessionMemory {
  private static let limit = 512

  private let path: FilePath
  private let token: SessionToken?

  /// `agent` is part of the file's name.
  ///
  /// Nothing is written once the token's run was replaced.
  init(_ directory: FilePath, agent: String, token: SessionToken?) {
    path = directory.appending(".\(agent)-session-id")
    self.token = token
  }

  /// The id, where one was remembered that can be trusted as an argument.
  func recall() -> String? {
    guard let file = try? Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK),
      (try? file.status())?.kind == .regular,
      let bytes = try? file.read(at: 0, count: SessionMemory.limit + 2)
    else { return nil }
    let line = bytes.prefix { $0 != 0x0A }
    let id = String(decoding: line, as: UTF8.self)
    return SessionMemory.isUsable(id) ? id : nil
  }

  /// False when it could not be written, or is no id.
  func remember(_ id: String) -> Bool {
    guard SessionMemory.isUsable(id) else { return false }
    let bytes = Array((id + "\n").utf8)
    return change { () throws(Errno) in
      try AtomicFile.replace(path, with: bytes, mode: 0o600, durability: .atomic)
    }
  }

  func forget() {
    _ = change { () throws(Errno) in _ = try AtomicFile.remove(path) }
  }

  private func change(_ body: () throws(Errno) -> Void) -> Bool {
    let done: Void? = try? token.permitting { () throws(StorageError) in
      try StorageError.about(path, body)
    }
    return done != nil
  }

  /// It becomes an argument of a program: nothing that could be an option, or hide something.
  static func isUsable(_ id: String) -> Bool {
    (1...limit).contains(id.utf8.count) && !id.hasPrefix("-")
      && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
