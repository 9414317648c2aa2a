internal import Glibc
public import SystemPackage

/// What happened to a watched file or folder, or what one wants to hear of.
///
/// `inotify(7)`.
public struct FileChange: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let modified = FileChange(rawValue: UInt32(IN_MODIFY))
  public static let attributes = FileChange(rawValue: UInt32(IN_ATTRIB))
  public static let closedAfterWriting = FileChange(rawValue: UInt32(IN_CLOSE_WRITE))
  public static let created = FileChange(rawValue: UInt32(IN_CREATE))
  public static let deleted = FileChange(rawValue: UInt32(IN_DELETE))
  public static let movedIn = FileChange(rawValue: UInt32(IN_MOVED_TO))
  public static let movedOut = FileChange(rawValue: UInt32(IN_MOVED_FROM))
  /// The watched thing itself was unlinked.
  public static let selfDeleted = FileChange(rawValue: UInt32(IN_DELETE_SELF))
  /// The watched thing itself has another name now; the watch stays with it.
  public static let selfMoved = FileChange(rawValue: UInt32(IN_MOVE_SELF))
  /// The kernel has ended this watch.
  ///
  /// Told without being asked for.
  public static let watchEnded = FileChange(rawValue: UInt32(IN_IGNORED))
  /// The name is that of a folder.
  ///
  /// Told without being asked for.
  public static let isDirectory = FileChange(rawValue: UInt32(bitPattern: Int32(IN_ISDIR)))

  /// Every change of the names in a folder.
  public static let names: FileChange = [.created, .deleted, .movedIn, .movedOut]
}

/// One thing that a `FileWatcher` tells.
public enum FileEvent: Hashable, Sendable {
  /// With the name within the folder, where the watched thing is a folder and the change is in it.
  case changed(FileWatcher.WatchID, FileChange, name: String?)
  /// The kernel's queue was full and events are lost: look at everything.
  case overflow
}

/// Any number of watched files and folders through one descriptor.
///
/// `inotify(7)`.
///
/// Readable, in an event loop, when something happened.
public final class FileWatcher {
  /// One watched file or folder.
  ///
  /// The kernel knows it by inode: watching the same one again, by whatever path, gives the same
  /// watch with the new mask.
  public struct WatchID: Hashable, Sendable {
    let number: Int32
  }

  /// Close-on-exec, non-blocking; owned by this object.
  public let descriptor: Descriptor

  /// EMFILE: `/proc/sys/fs/inotify/max_user_instances`.
  public init() throws(Errno) {
    let flags = Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK)
    descriptor = Descriptor(owning: try systemCall { inotify_init1(flags) })
  }

  /// Tells of these changes from now on; follows a symbolic link.
  ///
  /// ENOSPC: `/proc/sys/fs/inotify/max_user_watches` is reached. `inotify_add_watch(2)`.
  public func watch(_ path: FilePath, for changes: FileChange) throws(Errno) -> WatchID {
    let number = try systemCall {
      path.withPlatformString { inotify_add_watch(descriptor.rawValue, $0, changes.rawValue) }
    }
    return WatchID(number: number)
  }

  /// Stops watching; events that are queued already are still told.
  ///
  /// Not an error when the kernel has ended the watch.
  public func remove(_ watch: WatchID) {
    _ = inotify_rm_watch(descriptor.rawValue, watch.number)
  }

  /// What happened since the last read, in order, as far as one read brings it; empty when nothing
  /// did.
  ///
  /// Never blocks.
  public func read() throws(Errno) -> [FileEvent] {
    switch try descriptor.readAvailable(maximum: 32 * 1024) {
    case .bytes(let bytes): Self.parse(bytes)
    case .wouldBlock, .endOfStream: []
    }
  }
}

extension FileWatcher {
  /// The records of one read: watch, mask, cookie, length of the name, name padded with NULs.
  static func parse(_ bytes: [UInt8]) -> [FileEvent] {
    var events: [FileEvent] = []
    var rest = bytes[...]
    while let event = next(&rest) { events.append(event) }
    return events
  }

  private static func next(_ rest: inout ArraySlice<UInt8>) -> FileEvent? {
    guard let watch = word(&rest), let mask = word(&rest), word(&rest) != nil,
      let length = word(&rest), rest.count >= Int(length)
    else { return nil }
    let name = rest.prefix(Int(length)).prefix { $0 != 0 }
    rest = rest.dropFirst(Int(length))
    if mask & UInt32(IN_Q_OVERFLOW) != 0 { return .overflow }
    return .changed(
      WatchID(number: Int32(bitPattern: watch)), FileChange(rawValue: mask),
      name: name.isEmpty ? nil : String(decoding: name, as: UTF8.self))
  }

  private static func word(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
  }
}
