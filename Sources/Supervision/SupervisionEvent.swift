/// One thing that happened to a child.
public struct SupervisionEvent: Hashable, Sendable {
  /// The child's name.
  public let child: String
  /// Which of the child's runs it is about, counted from 1; nil when it is about none.
  public let run: UInt64?
  /// What happened.
  public let kind: Kind

  /// What can happen.
  public enum Kind: Hashable, Sendable {
    /// A process runs the program.
    ///
    /// The number may mean another process when the event is read; it is for people.
    case started(pid: Int32)
    /// The program could not be started; the text says at which step, and why.
    case notStarted(reason: String)
    /// The child counts as running; see `ChildSpecification.readiness`.
    case ready
    /// The program's own word about itself, `STATUS=` in sd_notify(3): one printable line.
    case status(String)
    /// The run is being ended.
    case stopping(StopReason)
    /// It did not end in its stop timeout and was sent SIGKILL.
    case killed
    /// No process of the run is left.
    case ended(ChildExit, Judgement)
    /// The child is started again when this much time has passed.
    case delayed(Duration)
    /// The child failed too often; see `StartLimit`.
    case parked
  }

  /// Why a run is being ended.
  public enum StopReason: String, Hashable, Sendable, CaseIterable {
    /// `Supervisor.stop` or `Supervisor.remove`.
    case requested
    /// `Supervisor.restart`.
    case restart
    /// Nobody wants it any more; see `DemandRule`.
    case noDemand = "no-demand"
    /// `Supervisor.shutDown`.
    case shutdown
    /// It was not ready in its start timeout.
    case startTimeout = "start-timeout"
    /// It gave no sign of life in its watchdog's time, or said that something is wrong with it.
    case watchdog
    /// It said that it is ending, `STOPPING=1` in sd_notify(3).
    case leaving
    /// The program has ended, and processes that it had started have not.
    case leftovers
  }

  /// What an end of a run counts as.
  public enum Judgement: String, Hashable, Sendable, CaseIterable {
    /// Somebody had asked for it.
    case asked
    /// It ended well.
    case success
    /// It failed, or ended well too soon for a child that is to run always.
    case failure
  }
}

/// How a program ended.
public enum ChildExit: Hashable, Sendable {
  /// It returned from main or called exit with this status, 0 to 255.
  case status(Int32)
  /// A signal with this number ended it, see signal(7).
  case signal(Int32)
  /// It never began: the program could not be executed.
  case neverStarted
  /// The kernel did not tell.
  case unknown
}

extension SupervisionEvent: CustomStringConvertible {
  /// One line for people: `web: ended by signal 9 (failure)`.
  ///
  /// What programs say of themselves is in it, with nothing that moves a cursor; names are as given.
  public var description: String { "\(child): \(kind)" }
}

extension SupervisionEvent.Kind: CustomStringConvertible {
  /// The part of the line after the child's name.
  public var description: String {
    switch self {
    case .started(let pid): "started (pid \(pid))"
    case .notStarted(let reason): "not started: \(reason)"
    case .ready: "ready"
    case .status(let text): "says: \(text)"
    case .stopping(let reason): "stopping (\(reason.rawValue))"
    case .killed: "killed, since it did not end in time"
    case .ended(let exit, let judgement): "\(exit) (\(judgement.rawValue))"
    case .delayed(let delay):
      "starts again in \(Duration.milliseconds(Int64(delay / .milliseconds(1))))"
    case .parked: "parked after too many failures"
    }
  }
}

extension ChildExit: CustomStringConvertible {
  /// `ended with status 1`, `ended by signal 9`.
  public var description: String {
    switch self {
    case .status(let status): "ended with status \(status)"
    case .signal(let signal): "ended by signal \(signal)"
    case .neverStarted: "never started"
    case .unknown: "ended"
    }
  }
}
