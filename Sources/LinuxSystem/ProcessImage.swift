internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// The program that this process executes; another one can take its place.
///
/// The process stays the same: its number, its children, its locks, and the descriptors that are kept.
public enum ProcessImage {
  /// Executes a program in place of this one; returns only by throwing, with nothing changed.
  ///
  /// Of all descriptors the program gets the three standard ones and those with the numbers `kept`.
  /// `execve(2)`.
  public static func replace(
    with path: FilePath, arguments: [String], environment: [String], keeping kept: [Int32]
  ) throws(Errno) -> Never {
    let strings = CStrings(arguments: arguments, environment: environment)
    do throws(Errno) {
      for number in kept { try systemCallOnce { wg_set_close_on_exec(number, 0) } }
      try systemCallOnce {
        path.withPlatformString { execve($0, strings.argv, strings.envp) }
      }
    } catch {
      for number in kept { _ = wg_set_close_on_exec(number, 1) }
      throw error
    }
    throw .notSupported
  }

  /// What ps(1) calls this process, which after a program was executed by its descriptor is a number.
  public static func name(_ name: String) { _ = wg_name_process(name) }
}

/// The way back to the program that this process executed before.
///
/// As long as this object holds, a fault of this program, or too much time, executes the other one
/// again: with the same arguments, in the same process, with every descriptor that is not
/// close-on-exec. To be made before anything else is done, one at a time.
public final class FormerImage {
  private let path: String
  private let strings: CStrings
  private let pathBytes: UnsafeMutablePointer<CChar>?
  private var isForgotten = false
  private let environment: [String]
  private let arguments: [String]
  private let noteVariable: String

  /// `program` is the descriptor of the former program.
  ///
  /// `noteVariable` names the variable in which it
  /// finds why it is back: `signal 11`, or the reason that `resume` was given.
  public init(
    program: Int32, arguments: [String], environment: [String], noteVariable: String,
    seconds: UInt32
  ) throws(Errno) {
    path = "/proc/self/fd/\(program)"
    self.arguments = arguments
    self.environment = environment
    self.noteVariable = noteVariable
    let note = "\(noteVariable)=signal "
    strings = CStrings(arguments: arguments, environment: environment + [note + "00"])
    pathBytes = strdup(path)
    guard let last = strings.lastVariable else { throw .noMemory }
    let digits = last + note.utf8.count
    try systemCall {
      wg_prepare_return(pathBytes, strings.argv, strings.envp, digits, seconds)
    }
  }

  /// This program serves: there is no way back from here on.
  public func forget() {
    guard !isForgotten else { return }
    isForgotten = true
    wg_forget_return()
  }

  /// Goes back now.
  ///
  /// Returns only by throwing, when the former program cannot be executed. `reason` is cut to a line.
  public func resume(because reason: String) throws(Errno) -> Never {
    let line = String(decoding: reason.utf8.prefix(1_000).filter { $0 >= 0x20 }, as: UTF8.self)
    forget()
    try ProcessImage.replace(
      with: FilePath(path), arguments: arguments,
      environment: environment + ["\(noteVariable)=\(line)"], keeping: [])
  }

  deinit {
    forget()
    free(pathBytes)
  }
}

/// Strings as execve(2) wants them.
private final class CStrings {
  let argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  let envp: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let counts: (arguments: Int, variables: Int)

  init(arguments: [String], environment: [String]) {
    argv = Self.copy(arguments)
    envp = Self.copy(environment)
    counts = (arguments.count, environment.count)
  }

  private static func copy(
    _ strings: [String]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
    let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: strings.count + 1)
    for (index, string) in strings.enumerated() {
      (array + index).initialize(to: strdup(string))
    }
    (array + strings.count).initialize(to: nil)
    return array
  }

  var lastVariable: UnsafeMutablePointer<CChar>? {
    counts.variables == 0 ? nil : envp[counts.variables - 1]
  }

  deinit {
    for index in 0..<counts.arguments { free(argv[index]) }
    for index in 0..<counts.variables { free(envp[index]) }
    argv.deallocate()
    envp.deallocate()
  }
}
