internal import LinuxSystem

/// The kernel, as it answered.
struct KernelFacts {
  /// As uname(2) tells it.
  let release: String
  let answers: [KernelAbility: KernelAnswer]
}

extension KernelFacts {
  var findings: [Finding] { [summary] + missing.map(finding) }

  private var missing: [KernelAbility] {
    KernelAbility.allCases.filter { ability in
      if case .refused = answers[ability] { true } else { false }
    }
  }

  /// Without these nothing can be supervised.
  private static let needed: [KernelAbility] = [
    .processDescriptors, .cloneWithDescriptor, .waitByDescriptor,
  ]

  private var summary: Finding {
    let lost = Self.needed.filter(missing.contains)
    if !lost.isEmpty {
      return .problem(
        .kernel, "Linux \(release) lacks what wg needs: \(Listing.of(lost.map(\.title)))",
        meaning: "the dispatcher cannot start handlers here",
        advice: "use Linux 5.10 or newer, or allow these system calls where a sandbox forbids them")
    }
    let untried = KernelAbility.allCases.filter { answers[$0] == .untried }
    let doubt = untried.isEmpty ? "" : "; could not be tried: \(Listing.of(untried.map(\.title)))"
    return .ok(.kernel, "Linux \(release), \(tier)\(doubt)")
  }

  /// The newest release up to which nothing that wg uses is missing.
  private var tier: String {
    let versions = KernelAbility.allCases.map(\.firstRelease).filter {
      [5, 10].lexicographicallyPrecedes($0)
    }
    let broken = missing.map(\.firstRelease).min { $0.lexicographicallyPrecedes($1) }
    let steps = Set(versions + [[5, 10]]).sorted { $0.lexicographicallyPrecedes($1) }
    let whole = steps.prefix { step in broken.map { step.lexicographicallyPrecedes($0) } ?? true }
    let name = Self.text(whole.last ?? [5, 10])
    return missing.isEmpty ? "tier \(name): all that wg can use" : "tier \(name)"
  }

  private func finding(_ ability: KernelAbility) -> Finding {
    let needs = "\(ability.title) (Linux \(Self.text(ability.firstRelease))) does not work"
    return .note(
      .kernel, needs, meaning: ability.cost,
      advice: isNewEnough(for: ability)
        ? "this kernel is new enough: a filter of system calls stands in the way, "
          + "of a container or of the unit"
        : nil)
  }

  private func isNewEnough(for ability: KernelAbility) -> Bool {
    let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && !numbers.lexicographicallyPrecedes(ability.firstRelease)
  }

  private static func text(_ release: [Int]) -> String {
    release.map(String.init).joined(separator: ".")
  }
}

extension KernelAbility {
  /// What it is, for people who know system calls.
  var title: String {
    switch self {
    case .processDescriptors: "pidfd_open"
    case .cloneWithDescriptor: "clone with a pidfd"
    case .waitByDescriptor: "waitid on a pidfd"
    case .clone3: "clone3"
    case .closeRange: "close_range"
    case .cgroupKill: "cgroup.kill"
    case .groupSignal: "a signal to a group through its pidfd"
    case .processInformation: "PIDFD_GET_INFO"
    case .processHandles: "a file handle of a pidfd"
    case .exitOfAnyProcess: "the exit status of any pidfd"
    }
  }

  /// What happens without it.
  var cost: String {
    switch self {
    case .processDescriptors, .cloneWithDescriptor, .waitByDescriptor:
      "handlers cannot be told from strangers that got their numbers"
    case .clone3: "a handler is moved into its control group after its start, not born there"
    case .closeRange: "starting a handler looks at every open descriptor, which takes longer"
    case .cgroupKill: "processes of a control group are killed one by one, until none is new"
    case .groupSignal: "a group is signalled by its number, and only while its leader is not reaped"
    case .processInformation: "what a pidfd means is read from /proc"
    case .processHandles:
      "a process is recognized after a restart by its number and start time, not by a handle"
    case .exitOfAnyProcess:
      "how a handler ended that outlived its dispatcher is known to a keeper, or to nobody"
    }
  }
}
