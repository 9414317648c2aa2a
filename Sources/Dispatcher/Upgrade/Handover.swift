internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage

/// What the program before this one left in the same process: its state, its descriptors, and itself.
///
/// Until `accept` nothing has happened that cannot be taken back: a fault, a failure and a hang lead
/// back to the former program, which finds everything as it was. What this program cannot do for
/// itself, the one that stands by does.
final class Handover {
  let state: DispatcherState
  /// Why the program that took over gave up; nil when this is the one that takes over.
  var failure: String?
  /// Nil when there is no way back, or not any more.
  private var former: FormerImage?
  /// Every descriptor that was passed, kept open as long as there is a way back.
  private var kept: [Int32: Descriptor]
  private var claimed: Set<Int32> = []
  /// Nil when nobody stands by: this process did.
  private var standby: StandbyLink?

  /// `STATE:STANDBY`, or `STATE:STANDBY:FORMER:SECONDS`: the descriptors of the state, of the link to
  /// the process that stands by and of the former program, and after how many seconds that one is back.
  static let variable = "WG_HANDOVER"
  /// Why the former program is back.
  static let noteVariable = "WG_HANDOVER_FAILURE"

  /// Takes over what was left; nil when there is nothing.
  ///
  /// To be called before anything else. Does not return when there is a way back and the state cannot
  /// be used. The variables are gone afterwards, so that no child takes them for its own.
  static func take() throws(StateError) -> Handover? {
    guard let text = CurrentProcess.takeVariable(variable) else { return nil }
    let failure = CurrentProcess.takeVariable(noteVariable)
    let numbers = text.split(separator: ":").compactMap { Int32($0) }
    guard numbers.count == 2 || numbers.count == 4 else {
      throw StateError("\(variable) is not for people: unset it")
    }
    // After an execution by descriptor it is called by a number.
    ProcessImage.name("wg-dispatcher")
    let former = numbers.count == 2 ? nil : try wayBack(numbers)
    var kept: [Int32: Descriptor] = [:]
    do throws(StateError) {
      let link = try inherit(numbers[1])
      kept[numbers[1]] = link
      let handover = Handover(try inherit(numbers[0], &kept), failure, kept)
      handover.standby = StandbyLink(stream: UnixStream(adopting: link))
      handover.former = former
      return handover
    } catch {
      // With everything that was inherited still open.
      withExtendedLifetime(kept) { giveUp(because: "\(error)", former) }
      throw error
    }
  }

  private static func wayBack(_ numbers: [Int32]) throws(StateError) -> FormerImage {
    do throws(Errno) {
      return try FormerImage(
        program: numbers[2], arguments: CommandLine.arguments,
        environment: CurrentProcess.environment() + ["\(variable)=\(numbers[0]):\(numbers[1])"],
        noteVariable: noteVariable, seconds: UInt32(clamping: numbers[3]))
    } catch {
      throw StateError("there is no way back to the former program: \(error)")
    }
  }

  /// In the process that stands by: takes over the state in a descriptor, and all that it names.
  convenience init(standingBy number: Int32) throws(StateError) {
    var kept: [Int32: Descriptor] = [:]
    let state = try Self.inherit(number, &kept)
    self.init(state, nil, kept)
  }

  private init(_ state: DispatcherState, _ failure: String?, _ kept: [Int32: Descriptor]) {
    self.state = state
    self.failure = failure
    self.kept = kept
  }

  /// Reads the state in a descriptor, and takes over that one and all that the state names.
  private static func inherit(
    _ number: Int32, _ kept: inout [Int32: Descriptor]
  ) throws(StateError) -> DispatcherState {
    let file = try inherit(number)
    kept[number] = file
    let state = try DispatcherState(decoding: read(file))
    for number in state.descriptors {
      guard kept[number] == nil else {
        throw StateError("the state names descriptor \(number) twice")
      }
      kept[number] = try inherit(number)
    }
    return state
  }

  private static func read(_ file: Descriptor) throws(StateError) -> [UInt8] {
    do throws(Errno) {
      return try file.readToEnd()
    } catch {
      throw StateError("the state cannot be read: \(error)")
    }
  }

  static func inherit(_ number: Int32) throws(StateError) -> Descriptor {
    do throws(Errno) {
      guard number > 2 else { throw .badFileDescriptor }
      return try Descriptor(inherited: number)
    } catch {
      throw StateError("descriptor \(number) of the state is not open")
    }
  }

  /// A descriptor that was passed; each can be had once.
  func claim(_ number: Int32) throws(StateError) -> Descriptor {
    guard let descriptor = kept[number], claimed.insert(number).inserted else {
      throw StateError("descriptor \(number) is not there to be taken")
    }
    return descriptor
  }

  /// The project's lock, which this process has.
  func lock() throws(StateError) -> FileLock { FileLock(adopting: try claim(state.lock)) }

  /// This program serves from now on: there is no way back.
  ///
  /// False when the process that stood by was gone.
  func accept() -> Bool {
    former?.forget()
    former = nil
    for descriptor in kept.values { try? descriptor.setCloseOnExec(true) }
    kept = [:]
    return standby?.dismiss() ?? true
  }

  /// Goes back to the former program; returns when there is none.
  func giveUp(because reason: String) { Self.giveUp(because: reason, former) }

  private static func giveUp(because reason: String, _ former: FormerImage?) {
    do throws(Errno) {
      try former?.resume(because: reason)
    } catch {
      StandardStreams.write(
        .error, "wg-dispatcher: \(reason), and the former program cannot be had: \(error)\n")
    }
  }
}
