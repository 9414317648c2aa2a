internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// A control group that was given to this process, made ready for groups of other processes in it.
///
/// A group with controllers for its children must have no process of its own (cgroups(7), "no
/// internal processes"), so this process moves into a group beside theirs.
public struct DelegatedGroup: Sendable {
  /// Where groups can be made.
  public let root: ControlGroup
  /// What can limit them.
  public let controllers: Set<ControlGroup.Controller>
  /// Where this process is.
  private let leaf: ControlGroup
  /// Whether this process went there by itself.
  private let hasMoved: Bool

  /// Why groups cannot be made.
  public enum Refusal: Error, Equatable, Sendable {
    /// Nobody gave this process a group.
    case notDelegated
    /// It was given one that cannot be written.
    case readOnly(ControlGroup)
    /// Another program has taken it for itself, and left its name.
    case taken(ControlGroup, by: String)
    case failed(ControlGroup, Errno)
  }

  /// The group that was given to this process, not changed in any way.
  ///
  /// It is the one that the process is in, or the one above when systemd has put it in a group
  /// within (DelegateSubgroup=, systemd 254). One above a unit's group is never meant: it may be a
  /// user manager's.
  public static func find() -> ControlGroup? {
    guard let own = ControlGroup.own() else { return nil }
    if own.isDelegated { return own }
    let above = ControlGroup(path: own.path.removingLastComponent())
    return isUnit(own.name) || !above.isDelegated ? nil : above
  }

  private static func isUnit(_ name: String) -> Bool {
    [".service", ".scope", ".slice", ".mount", ".swap", ".socket"].contains(where: name.hasSuffix)
  }

  /// Where the process goes that makes the groups.
  public static let leafName = "dispatcher"

  /// Goes into the leaf of the group that was given to this process, for a process that is to be above
  /// the one that takes it: whoever stays in the group itself keeps controllers from those below.
  ///
  /// Does nothing where there is no such group, or it cannot be written.
  public static func enter() {
    guard let root = find(), root.isWritable, ControlGroup.own() == root else { return }
    try? root.makeChild(leafName).admitSelf()
  }

  /// Takes the group that was given to this process, for `owner`, a name that no other program has.
  ///
  /// Two programs that make groups of the same names in one must not meet: the first one writes its
  /// name on it (`user.wg.owner`, extended attributes of groups are there from Linux 5.7 on).
  public static func take(
    for owner: String, leaf name: String = leafName
  ) throws(Refusal) -> DelegatedGroup {
    guard let root = find() else { throw .notDelegated }
    guard root.isWritable else { throw .readOnly(root) }
    try root.mark(owner)
    do throws(Errno) {
      let isInside = ControlGroup.own() != root
      let leaf = isInside ? ControlGroup.own() ?? root : try root.makeChild(name)
      if !isInside { try leaf.admitSelf() }
      return DelegatedGroup(
        root: root, controllers: root.enableControllers(), leaf: leaf, hasMoved: !isInside)
    } catch {
      throw .failed(root, error)
    }
  }

  /// Leaves the group as it was found, for the next one who uses it.
  ///
  /// Groups that are still there, of processes that go on, keep it taken.
  public func giveBack() {
    guard (try? root.children())?.allSatisfy({ $0 == leaf }) == true else { return }
    if hasMoved {
      for controller in controllers { root.set(controller.rawValue[...], enabled: false) }
      guard (try? root.admitSelf()) != nil else { return }
      try? leaf.remove()
    }
    root.unmark()
  }
}

extension ControlGroup {
  /// Takes the controllers from the groups below, so that a process can be put into this one again.
  ///
  /// Whoever enabled them. Their limits count no more until somebody does so anew and sets them again.
  public func withdrawControllers() {
    let enabled = (try? text(of: Self.subtreeControl)) ?? nil
    for name in (enabled ?? "").split(whereSeparator: \.isWhitespace) { set(name, enabled: false) }
  }

  private static let ownerMark = "user.wg.owner"

  /// Sets an extended attribute; EEXIST when it is there.
  package func addMark(_ name: String, _ value: String) throws(Errno) {
    let bytes = Array(value.utf8)
    try systemCall {
      path.withPlatformString { setxattr($0, name, bytes, bytes.count, Int32(XATTR_CREATE)) }
    }
  }

  fileprivate func mark(_ owner: String) throws(DelegatedGroup.Refusal) {
    do throws(Errno) {
      try addMark(Self.ownerMark, owner)
    } catch {
      guard error == .fileExists else { throw .failed(self, error) }
      let present = mark ?? ""
      if present != owner { throw .taken(self, by: present) }
    }
  }

  private var mark: String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = path.withPlatformString { getxattr($0, Self.ownerMark, &bytes, bytes.count) }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  fileprivate func unmark() {
    _ = path.withPlatformString { removexattr($0, Self.ownerMark) }
  }

  /// Moves this process here.
  package func admitSelf() throws(Errno) {
    try Descriptor.open(path.appending("cgroup.procs"), flags: O_WRONLY).writeAll("0".utf8)
  }

  /// The controllers that children have from now on.
  ///
  /// One that cannot be had is done without: the group above may not have it, or another process is
  /// in this group (EBUSY).
  fileprivate func enableControllers() -> Set<Controller> {
    Set(Controller.allCases.filter { set($0.rawValue[...], enabled: true) })
  }

  private static let subtreeControl = "cgroup.subtree_control"

  @discardableResult
  fileprivate func set(_ controller: Substring, enabled: Bool) -> Bool {
    let text = (enabled ? "+" : "-") + controller
    let file = path.appending(Self.subtreeControl)
    return (try? Descriptor.open(file, flags: O_WRONLY).writeAll(text.utf8)) != nil
  }
}

extension DelegatedGroup.Refusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notDelegated: "none was delegated"
    case .readOnly(let group): "\(group.path) is delegated, but cannot be written"
    case .taken(let group, let owner): "\(group.path) is used by \(owner)"
    case .failed(let group, let errno): "\(group.path) cannot be used: \(errno)"
    }
  }
}
