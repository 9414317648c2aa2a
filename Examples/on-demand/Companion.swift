import Glibc
import Supervision

/// A kind of child: its program runs exactly while a file is there.
struct Companion {
  private let specification: ChildSpecification
  private let presence: FilePresence

  init(_ name: String, of presence: FilePresence, program: String, arguments: [String]) {
    var specification = ChildSpecification(name, program: program, arguments: arguments)
    // The rule looks at what is so now. It need not remember, and need not be told in order.
    specification.demand = .whenever { presence.isThere }
    self.specification = specification
    self.presence = presence
  }

  /// Lets a supervisor have the child, and wakes it when the file may have come or gone.
  func join(_ supervisor: Supervisor) throws(SupervisionError) {
    try supervisor.add(specification)
    _ = try supervisor.watch(presence.descriptor) { [presence, name = specification.name] in
      presence.takeNews()
      try? supervisor.reconsider(name)
    }
  }
}

/// Whether a file is there, and a descriptor that is readable when that may have changed.
struct FilePresence {
  struct NoFolder: Error {}

  private let path: String
  /// Tells of names that come and go in the file's folder; inotify(7).
  let descriptor: Int32

  init(of path: String) throws(NoFolder) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? "."
    let changes = UInt32(IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM)
    self.path = path
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard inotify_add_watch(descriptor, folder, changes) >= 0 else { throw NoFolder() }
  }

  var isThere: Bool { access(path, F_OK) == 0 }

  /// Reads what has come; that there was something is all that counts.
  func takeNews() {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }
}
