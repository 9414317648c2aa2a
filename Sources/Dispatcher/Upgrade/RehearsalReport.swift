internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// What a program says that it would do with a dispatcher's state.
struct RehearsalReport: Equatable {
  static let version: Int64 = 1

  /// Of the program.
  var programVersion: String
  var plan: SupervisorPlan

  init(programVersion: String, plan: SupervisorPlan) {
    self.programVersion = programVersion
    self.plan = plan
  }

  /// What this program would do with this state.
  init(of state: [UInt8]) throws(StateError) {
    let state = try DispatcherState(decoding: state)
    self.init(
      programVersion: ProgramVersion.current, plan: SupervisorMachine(state.machine).plan)
  }

  var encoded: [UInt8] {
    let object: JSONObject = [
      "rehearsal": .integer(Self.version), "version": .text(programVersion),
      "plan": .array(plan.lines.map { .text($0) }),
    ]
    return object.encoded()
  }

  /// Nil for what is no report.
  init?(decoding bytes: [UInt8]) {
    guard let json = try? JSONValue.parse(bytes), json["rehearsal"]?.int == Self.version,
      let version = json["version"]?.string, let lines = json["plan"]?.array,
      lines.allSatisfy({ $0.string != nil })
    else { return nil }
    self.init(
      programVersion: String(version.prefix(100)),
      plan: SupervisorPlan(lines: lines.compactMap(\.string)))
  }
}

extension RehearsalReport {
  /// More than a dispatcher with a hundred thousand chats has to say.
  private static let stateLimit = 256 << 20

  static func read(_ state: [UInt8]) -> Result<RehearsalReport, StateError> {
    Result { () throws(StateError) in try RehearsalReport(of: state) }
  }

  /// `wg-dispatcher --rehearse`: reads a state from standard input and says what it would do.
  ///
  /// Touches nothing else.
  static func answer(to input: Descriptor) -> Result<[UInt8], StateError> {
    do throws(Errno) {
      var state: [UInt8] = []
      while case .bytes(let new) = try input.readAvailable(maximum: 1 << 20) {
        guard state.count + new.count <= stateLimit else {
          return .failure(StateError("the state on standard input does not end"))
        }
        state += new
      }
      return read(state).map(\.encoded)
    } catch {
      return .failure(StateError("the state on standard input cannot be read: \(error)"))
    }
  }
}
