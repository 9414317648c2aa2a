internal import LinuxSystem

/// What holds for every project on this machine, for this user.
struct MachineFacts {
  let kernel: KernelFacts
  let processes: ProcessFacts
  let groups: GroupFacts
  let systemd: SystemdFacts
  var login: LoginFacts
  let journal: JournalFacts
  /// Nil when the kernel does not tell.
  let clock: ClockDiscipline?
  let programs: ProgramFacts

  struct ProcessFacts {
    let view: ProcessView
    let isRoot: Bool
  }

  var findings: [Finding] {
    let parts: [[Finding]] = [
      kernel.findings, processes.findings, groups.findings, systemd.findings, login.findings,
      journal.findings, clock.findings, programs.findings,
    ]
    return parts.flatMap(\.self)
  }
}

extension MachineFacts.ProcessFacts {
  var findings: [Finding] {
    if !view.isMounted {
      return [
        .problem(
          .proc, "/proc is not mounted",
          meaning: "processes that handlers leave behind cannot be found, nor who holds a lock",
          advice: "mount -t proc proc /proc")
      ]
    }
    if view.hasOnlyProcesses {
      return [
        .warning(
          .proc, "/proc shows processes and nothing else (subset=pid)",
          meaning: "a process cannot be recognized after a restart: the boot's id is not readable",
          advice: "leave ProcSubset=pid out of the unit, or mount /proc without subset=pid")
      ]
    }
    if view.hidesOthers && !isRoot {
      return [
        .note(
          .proc, "/proc hides the processes of other users (hidepid)",
          meaning: "a handler that another user runs cannot be seen, so its lock has no name to it")
      ]
    }
    return [.ok(.proc, "/proc shows every process")]
  }
}

extension ClockDiscipline? {
  /// Without a project there is nothing to compare the clock with.
  var findings: [Finding] {
    guard let clock = self else { return [.note(.clock, "the kernel does not tell of the clock")] }
    if clock.isSynchronized { return [.ok(.clock, "the clock is kept synchronized")] }
    return [
      .note(
        .clock, "nobody keeps the clock synchronized, as far as the kernel knows",
        meaning: "delays and limits do not depend on it, but times in logs and records do",
        advice: "timedatectl set-ntp true, where this machine keeps its own time")
    ]
  }
}
