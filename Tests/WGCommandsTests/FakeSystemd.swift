import LinuxSystem
import SystemPackage
import TestSupport

@testable import WGCommands

/// A folder that looks like a machine with systemd, with a `systemctl` that remembers what it was told.
///
/// A unit is there when its template's file is, in the folder for units that were put there by hand or
/// in `packaged`. What is enabled or up is a file of that name.
final class FakeSystemd {
  let project: TestProject
  private let folder: TemporaryDirectory
  var environment: [String: String]

  init() throws {
    project = try TestProject()
    folder = try TemporaryDirectory()
    for name in ["bin", "state", "packaged", "config", "run/systemd/system", "run/user/0/systemd"] {
      try Directory.create(folder.file(name))
    }
    environment = [
      "PATH": "\(folder.file("bin")):/usr/bin:/bin", "HOME": folder.path.string, "USER": "tester",
      "XDG_CONFIG_HOME": folder.file("config").string, "FAKE": folder.path.string,
    ]
    for program in ["wg-dispatcher", "wg"] {
      try folder.write("bin/\(program)", "#!/bin/sh\nexit 1\n", mode: 0o755)
    }
    try folder.write("bin/systemctl", Self.script, mode: 0o755)
  }

  var host: SystemdHost { SystemdHost(root: folder.path) }

  /// The unit of the project.
  var unit: String { UnitName.service(of: project.folder.path) }
  var socket: String { UnitName.socket(of: unit) }

  func run(_ line: String) -> RunOutcome {
    RunOutcome.of(
      line.split(separator: " ").map(String.init), in: project.folder.path,
      environment: environment, host: host)
  }

  /// What `systemctl` was told, but for questions.
  var calls: [String] {
    (text(of: folder.file("calls")) ?? "").split(separator: "\n").map(String.init)
  }

  /// The path of a file for units of the user's manager.
  func unitFile(_ name: String) -> FilePath { folder.file("config/systemd/user/\(name)") }

  /// Makes something so: `up NAME`, `enabled NAME`, `masked NAME`, `failed NAME`, `refuses start`.
  func set(_ state: String, _ name: String) throws {
    try folder.write("state/\(state) \(name)", "")
  }

  /// A template that a package brought.
  func package(_ template: String) throws {
    try folder.write("packaged/\(template)", "[Service]\n")
  }

  func removeSystemd() { FileTree.remove(folder.file("run/systemd")) }

  private static let script = #"""
    #!/bin/bash
    # Enough of systemctl for `wg`: state is the names of files.
    while [[ $1 == --user || $1 == --machine=* ]]; do shift; done
    if [[ -e "$FAKE/state/no bus" ]]; then
      echo "Failed to connect to bus: No medium found" >&2
      exit 1
    fi
    verb=$1
    shift
    facts() {
      local template="${1%%@*}@.${1##*.}" load=not-found active=inactive sub=dead file= enabled=
      for place in "$XDG_CONFIG_HOME/systemd/user" "$FAKE/packaged"; do
        [[ -z $file && -e "$place/$template" ]] && file="$place/$template" load=loaded enabled=disabled
      done
      [[ -e "$FAKE/state/masked $1" ]] && load=masked
      [[ -e "$FAKE/state/enabled $1" ]] && enabled=enabled
      [[ -e "$FAKE/state/failed $1" ]] && active=failed sub=failed
      [[ -e "$FAKE/state/up $1" ]] && active=active sub=running
      printf 'LoadState=%s\nActiveState=%s\nSubState=%s\nFragmentPath=%s\nUnitFileState=%s\n' \
        $load $active $sub "$file" $enabled
      echo "NeedDaemonReload=no"
    }
    case $verb in
      show)
        shift 2
        facts "$1"
        echo
        facts "$2"
        exit ;;
      list-units) cat "$FAKE/state/units" 2>/dev/null; exit 0 ;;
    esac
    [[ $1 == -- ]] && shift
    echo "$verb $*" >> "$FAKE/calls"
    if [[ -e "$FAKE/state/refuses $verb" ]]; then
      echo "Failed to $verb $1: Access denied" >&2
      exit 4
    fi
    for unit in "$@"; do
      case $verb in
        start | restart) touch "$FAKE/state/up $unit" ;;
        stop) rm -f "$FAKE/state/up $unit" ;;
        enable) touch "$FAKE/state/enabled $unit" ;;
        disable) rm -f "$FAKE/state/enabled $unit" ;;
      esac
    done
    """#
}
