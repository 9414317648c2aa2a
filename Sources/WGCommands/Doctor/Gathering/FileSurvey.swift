internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// The files of a project as they stand in their folders; contents are not read.
struct FileSurvey {
  struct Entry {
    let path: FilePath
    let status: FileStatus
    /// Folders between it and `.wg`.
    let depth: Int
  }

  private(set) var entries: [Entry] = []
  /// Folders that could not be listed, and files that could not be looked at.
  private(set) var closed: [FilePath] = []
  /// Not looked into: the dispatcher's alone, and sockets come and go there with the runs.
  private let unlisted: FilePath

  private init(without unlisted: FilePath) { self.unlisted = unlisted }

  /// `.wg` itself and what is in it, two folders deep: nothing of wg is deeper.
  static func of(_ layout: ProjectLayout) -> FileSurvey {
    var survey = FileSurvey(without: layout.notifySockets)
    survey.visit(layout.root, depth: 0)
    return survey
  }

  private mutating func visit(_ path: FilePath, depth: Int) {
    do {
      // Gone between listing and looking is nothing to speak of.
      guard let status = try FileStatus.of(path) else { return }
      entries.append(Entry(path: path, status: status, depth: depth))
      guard status.kind == .directory, depth < 3, path != unlisted else { return }
      for name in try Directory.names(in: path).sorted() {
        visit(path.appending(name), depth: depth + 1)
      }
    } catch {
      closed.append(path)
    }
  }

  /// The newest change of a file.
  var newest: (at: Int64, file: FilePath)? {
    entries.filter { $0.status.kind == .regular }.max { $0.status.modified < $1.status.modified }
      .map { ($0.status.modified, $0.path) }
  }
}

extension FileSurvey {
  /// What was set aside because it could not be read.
  var corrupt: [FilePath] {
    entries.map(\.path).filter { $0.lastComponent?.string.contains(".corrupt-") ?? false }
  }

  /// Temporary files that nobody can still be writing.
  func temporary(at now: Int64) -> [FilePath] {
    let hour: Int64 = 3_600_000_000_000
    return entries.filter { entry in
      let name = entry.path.lastComponent?.string ?? ""
      return name.hasPrefix(".") && name.hasSuffix(".tmp") && entry.status.kind == .regular
        && now - entry.status.modified > hour
    }.map(\.path)
  }

  func permissions(
    _ layout: ProjectLayout, dispatcher: UInt32?
  ) -> PermissionFacts {
    let owner = entries.first?.status.owner ?? CurrentProcess.user
    let service = Path.exists(layout.service) ? [layout.service] : []
    var facts = PermissionFacts(
      owner: owner, caller: CurrentProcess.user,
      callerMayWrite: ([layout.root] + service).allSatisfy(Path.isWritable),
      dispatcher: dispatcher)
    facts.closed = closed
    for entry in entries { note(entry, in: &facts, layout) }
    return facts
  }

  private func note(_ entry: Entry, in facts: inout PermissionFacts, _ layout: ProjectLayout) {
    let status = entry.status
    // A link there is systemd's.
    if status.owner != facts.owner, entry.path != layout.socket { facts.foreign.append(entry.path) }
    switch status.kind {
    case .symbolicLink: if isRefusedLink(entry, layout) { facts.links.append(entry.path) }
    // Whoever connects is asked for credentials, whatever the mode says.
    case .socket: break
    case .regular, .directory, .other: noteMode(status, entry.path, in: &facts)
    }
  }

  /// A group with the owner's own number has, by convention, nobody else in it.
  private func noteMode(_ status: FileStatus, _ path: FilePath, in facts: inout PermissionFacts) {
    if status.permissions & 0o002 != 0 {
      facts.open.append(path)
    } else if status.permissions & 0o020 != 0, status.group != status.owner {
      facts.shared.append(path)
    }
  }

  /// The graph and whole folders may be links; the socket is one where systemd listens.
  private func isRefusedLink(_ entry: Entry, _ layout: ProjectLayout) -> Bool {
    if entry.path == layout.socket || entry.path == layout.graph { return false }
    if entry.path == layout.config || entry.path == layout.sessions { return true }
    let folder = entry.path.removingLastComponent()
    let isOfChat = folder.removingLastComponent() == layout.chatFolder
    return isOfChat || [layout.service, layout.tombstones, layout.chatStates].contains(folder)
  }
}
