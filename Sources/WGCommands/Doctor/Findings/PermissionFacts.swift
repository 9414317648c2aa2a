internal import SystemPackage

/// Who owns the files of a project, and who else may write them.
struct PermissionFacts {
  /// Of the `.wg` folder.
  let owner: UInt32
  /// Who asks.
  let caller: UInt32
  /// Whether the caller may make files in `.wg` and in `service`.
  let callerMayWrite: Bool
  /// Whose rights the running dispatcher has; nil when none runs.
  let dispatcher: UInt32?
  var foreign: [FilePath] = []
  /// Whom everybody may write.
  var open: [FilePath] = []
  /// Whom a group other than the owner's own may write.
  var shared: [FilePath] = []
  /// Symbolic links in the place of files that are not followed.
  var links: [FilePath] = []
  /// What could not be looked at.
  var closed: [FilePath] = []
}

extension PermissionFacts {
  var findings: [Finding] {
    let bad = [
      wrongUser, openFinding, sharedFinding, foreignFinding, linkFinding, closedFinding,
      callerFinding,
    ].compactMap(\.self)
    return bad.isEmpty ? [.ok(.permissions, "everything belongs to user \(owner) alone")] : bad
  }

  private var wrongUser: Finding? {
    guard let dispatcher, dispatcher != owner, dispatcher != 0 else { return nil }
    return .problem(
      .permissions, "the dispatcher runs as user \(dispatcher), and the project is user \(owner)'s",
      meaning: "it cannot write what it has to keep",
      advice: "stop it, and start it as the owner; or give the project to its user with chown -R")
  }

  private var openFinding: Finding? {
    guard !open.isEmpty else { return nil }
    return .problem(
      .permissions, "everybody may write \(Listing.of(open))",
      meaning: "any user of this machine can have programs run as user \(owner)",
      advice: "chmod -R o-w \(root)")
  }

  private var sharedFinding: Finding? {
    guard !shared.isEmpty else { return nil }
    return .warning(
      .permissions, "a group may write \(Listing.of(shared))",
      meaning: "its members can have programs run as user \(owner)",
      advice: "chmod -R g-w \(root), unless that is meant")
  }

  private var foreignFinding: Finding? {
    guard !foreign.isEmpty else { return nil }
    return .warning(
      .permissions, "not user \(owner)'s, who has the project: \(Listing.of(foreign))",
      meaning:
        "the owner may not be able to change them; `wg` was run as somebody else, with sudo?",
      advice: "chown -R \(owner) \(root)")
  }

  private var linkFinding: Finding? {
    guard !links.isEmpty else { return nil }
    return .problem(
      .permissions, "a symbolic link in the place of a file: \(Listing.of(links))",
      meaning: "links are not followed there, so the file is as good as missing",
      advice: "put the file itself there")
  }

  private var closedFinding: Finding? {
    guard !closed.isEmpty else { return nil }
    return .warning(
      .permissions, "could not be looked at: \(Listing.of(closed))",
      meaning: "what is in there is not judged here", advice: "run `wg doctor` as the owner")
  }

  private var callerFinding: Finding? {
    guard !callerMayWrite, caller != 0 else { return nil }
    return .note(
      .permissions, "user \(caller) may not write here",
      meaning: "commands that change something need the dispatcher, or the owner")
  }

  private var root: String { (open + shared + foreign).first.map(Self.project) ?? ".wg" }

  /// The `.wg` folder above a file of the project.
  private static func project(_ path: FilePath) -> String {
    let names = path.components.map(\.string)
    guard let end = names.lastIndex(where: { $0 == ".wg" || $0 == ".workgraph" }) else {
      return path.removingLastComponent().string
    }
    return "/" + names[...end].joined(separator: "/")
  }
}
