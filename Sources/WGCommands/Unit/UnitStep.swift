internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// One change that installing or removing a unit makes.
enum UnitStep: Equatable {
  /// A unit file or drop-in, with its text.
  case write(FilePath, String)
  case remove(FilePath)
  case systemctl([String])
  /// Into `service/unit.json`.
  case record(ServiceUnit)
  /// Without it.
  case forget
}

/// Takes the steps that were decided about.
struct UnitStepPerformer {
  let project: Project
  let systemctl: Systemctl?

  func perform(_ step: UnitStep) throws {
    switch step {
    case .write(let path, let text): try asCaller { try write(path, text) }
    case .remove(let path): try asCaller { try remove(path) }
    case .systemctl(let arguments): try systemctl?.demand(arguments)
    case .record(let unit): try unit.write(project.layout)
    case .forget: try ServiceUnit.remove(project.layout)
    }
  }

  private func write(_ path: FilePath, _ text: String) throws {
    try StorageError.about(path) { () throws(Errno) in
      try Directory.create(path.removingLastComponent())
      try AtomicFile.replace(path, with: Array(text.utf8))
    }
  }

  /// The folder of drop-ins goes with its last file.
  private func remove(_ path: FilePath) throws {
    try StorageError.about(path) { () throws(Errno) in
      try AtomicFile.remove(path)
      let folder = path.removingLastComponent()
      if folder.string.hasSuffix(".d") { try Directory.removeIfEmpty(folder) }
    }
  }

  /// Root's commands work on the files of a project as its owner, who may not write units.
  private func asCaller(_ body: () throws -> Void) throws {
    guard CurrentProcess.user == 0 else { return try body() }
    try FileIdentity.assume(user: 0, group: 0)
    FileIdentity.grantNoMore(than: 0o755)
    let outcome = Result { try body() }
    try ProjectOwnership.assume(of: project.layout.root, entry: project.folder.entry)
    try outcome.get()
  }
}

extension UnitStep {
  /// What was or would be done, for people; `systemctl` as it would be typed.
  func sentence(_ systemctl: Systemctl?, isDone: Bool) -> String {
    switch self {
    case .write(let path, _):
      (isDone ? "Wrote " : "Would write ") + SafeText.line(path.string)
    case .remove(let path):
      (isDone ? "Removed " : "Would remove ") + SafeText.line(path.string)
    case .systemctl(let arguments):
      (isDone ? "Ran " : "Would run ")
        + (systemctl?.commandLine(arguments) ?? arguments).joined(separator: " ")
    case .record(let unit):
      (isDone ? "Noted" : "Would note")
        + " in service/unit.json that \(unit.name) serves this project"
    case .forget: (isDone ? "Removed" : "Would remove") + " service/unit.json"
    }
  }

  /// The same for scripts.
  func json(_ systemctl: Systemctl?, _ layout: ProjectLayout) -> JSONValue {
    switch self {
    case .write(let path, _): ["action": "write", "path": .text(path.string)]
    case .remove(let path): ["action": "remove", "path": .text(path.string)]
    case .systemctl(let arguments):
      [
        "action": "run",
        "command": .array((systemctl?.commandLine(arguments) ?? arguments).map { .text($0) }),
      ]
    case .record: ["action": "write", "path": .text(layout.unitFile.string)]
    case .forget: ["action": "remove", "path": .text(layout.unitFile.string)]
    }
  }
}
