public import SystemPackage

/// Why a file of the project could not be read or written.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What a caller may want to tell apart, for instance to choose an exit status.
  public enum Kind: Equatable, Sendable {
    /// The file is there, but not what it should be.
    case badData
    case notFound
    case notPermitted
    case noSpace
    /// Somebody else is at it; another try may succeed.
    case locked
    /// Somebody else has taken this one's place, for good.
    case replaced
    case exists
    /// What the caller asked for makes no sense.
    case input
    /// Any other answer of the kernel.
    case system(Errno)
  }

  public let file: FilePath
  /// Counted from 1, where it is known.
  public let line: Int?
  public let kind: Kind
  /// What is wrong and what to do, without the name of the file.
  public let reason: String

  public init(file: FilePath, line: Int? = nil, kind: Kind, reason: String) {
    self.file = file
    self.line = line
    self.kind = kind
    self.reason = reason
  }

  /// What the kernel answered about a file.
  public init(_ code: Errno, _ file: FilePath) {
    self.file = file
    line = nil
    (kind, reason) = Self.explain(code)
  }

  private static func explain(_ code: Errno) -> (Kind, String) {
    switch code {
    case .noSuchFileOrDirectory, .notDirectory: (.notFound, "there is no such file or folder")
    case .permissionDenied, .notPermitted:
      (.notPermitted, "permission denied; check the owner and the mode")
    case .readOnlyFileSystem: (.notPermitted, "the file system is read-only")
    case .noSpace, .diskQuotaExceeded, .fileTooLarge:
      (.noSpace, "no space is left; free some and try again")
    case .wouldBlock: (.locked, "another process is using it; try again")
    case .fileExists: (.exists, "it exists already")
    case .tooManySymbolicLinkLevels:
      (
        .notPermitted,
        "it is a symbolic link, which is not followed here; put the file itself there"
      )
    case .isDirectory: (.badData, "it is a folder where a file is expected; move it away")
    default: (.system(code), code.description)
    }
  }

  public var description: String {
    if let line { "\(file):\(line): \(reason)" } else { "\(file): \(reason)" }
  }

  /// Runs system calls about one file and names the file in what they throw.
  public static func about<Result>(
    _ file: FilePath, _ body: () throws(Errno) -> Result
  ) throws(StorageError) -> Result {
    do throws(Errno) {
      return try body()
    } catch {
      throw StorageError(error, file)
    }
  }
}
