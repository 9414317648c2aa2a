/// What must hold at every step of a simulation, or when everything has settled.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
  case oneIncarnation = "at most one live incarnation per child"
  case knownProcess = "every process of this dispatcher is known to it"
  case quietAfterArchive = "nothing lives or starts after an acknowledged archive"
  case quietAfterStop = "nothing starts after a stop"
  case quietAtShutdown = "nothing starts during a shutdown"
  case demand = "no spawn without demand"
  case task = "no spawn without an open task"
  case order = "no message is lost, skipped or set aside too early"
  case childBudget = "spawns of one child stay within their bound"
  case daemonBudget = "spawns of all children stay within their bound"
  case crashBound = "failed runs stay within their bound"
  case outage = "of children that fail alike one tries at a time, after a delay"
  case delay = "a failed run is followed by a delay"
  case tombstone = "only a restore removes a tombstone"
  case numbering = "no number of a run is used twice"
  case record = "every change of state is recorded"
  case parking = "parking begins and ends as the rules say"
  case machine = "the invariants of the machine itself"
  case durability = "what the machine must remember is on the disk"
  case courtesy = "SIGTERM comes before SIGKILL"
  case patience = "a run that gives its signs of life in time is not aborted"
  case watched = "a run that hangs past its watchdog is ended"
  case extensions = "no run puts off its end for longer than it may"
  case settles = "everything settles"
  case silence = "no timer is armed when there is nothing to do"
  case served = "a pending message of an eligible child is served"
  case idleOut = "an idle child's process is gone"
  case upgrade = "a program that goes on from the state of another decides the same"
  case desiredState = "a child ends in the state that people asked for"
}

/// An invariant that did not hold.
public struct Violation: Hashable, Sendable {
  public let invariant: Invariant
  public let child: Int
  public let detail: String

  public init(_ invariant: Invariant, child: Int, _ detail: String) {
    self.invariant = invariant
    self.child = child
    self.detail = detail
  }
}
