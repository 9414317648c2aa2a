import Foundation
import SystemPackage
import TestSupport
import Testing

/// The units: what systemd says of them, and that they say what programs and pages know.
@Suite struct UnitTests {
  /// The units with the folder of the programs put in, as `make install` does it.
  ///
  /// Where the programs are those that were built, so that systemd finds them.
  private static func rendered() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    let programs = try TestPrograms.path("wg").removingLastComponent().string
    for scope in ["system", "user"] {
      try FileManager.default.createDirectory(
        atPath: folder.path.string + "/" + scope, withIntermediateDirectories: false)
      for unit in Repository.files(in: "units/\(scope)", ".service", ".socket") {
        let text = Repository.text(unit).replacing("@bindir@", with: programs)
        let name = unit.split(separator: "/").last.map(String.init) ?? unit
        // A template is looked at by way of an instance of it.
        for name in [name, name.replacing("@.", with: "@srv-project.")] {
          try folder.write("\(scope)/\(name)", text)
        }
      }
    }
    return folder
  }

  private static func analyze(_ arguments: [String]) throws -> RunningProgram? {
    let version = try RunningProgram.system("systemd-analyze", ["--version"])
    if version.status != 0 {
      print("passed over: systemd-analyze is not installed")
      return nil
    }
    return try RunningProgram.system("systemd-analyze", arguments)
  }

  @Test(arguments: ["system", "user"])
  func `systemd reads every unit without a word`(scope: String) throws {
    let folder = try Self.rendered()
    let names = Repository.files(in: "units/\(scope)", ".service", ".socket").compactMap {
      $0.split(separator: "/").last.map { $0.replacing("@.", with: "@srv-project.") }
    }
    #expect(!names.isEmpty)
    let paths = names.map { folder.path.string + "/\(scope)/" + $0 }
    // A user manager's units are read as the system's: there may be no user session to ask.
    guard let result = try Self.analyze(["verify", "--man=no"] + paths) else { return }
    #expect(result.output + result.errors == "")
    #expect(result.status == 0)
  }

  @Test func `the system service is exposed by 3 points out of 10 at most`() throws {
    let folder = try Self.rendered()
    let unit = folder.path.string + "/system/wg-dispatcher.service"
    let arguments = ["security", "--no-pager", "--offline=true", "--threshold=30", unit]
    guard let result = try Self.analyze(arguments) else { return }
    #expect(result.status == 0, "\(result.output.split(separator: "\n").last ?? "")")
  }

  @Test func `units name options that there are, and pages that there are`() throws {
    let help = try [
      "wg-dispatcher": RunningProgram.ours("wg-dispatcher", "--help").output,
      "wg": RunningProgram.ours("wg", "init", "--help").output
        + RunningProgram.ours("wg", "--help").output,
    ]
    for unit in Repository.files(in: "units", ".service", ".socket") {
      for line in Repository.lines(unit) {
        for command in line.matches(of: /^Exec[A-Za-z]+=[-+]?@bindir@\/([a-z-]+) (.*)$/) {
          let known = try #require(help[String(command.output.1)], "\(unit): \(line)")
          for option in command.output.2.matches(of: /--[a-z-]+/) {
            #expect(known.contains(option.output), "\(unit): \(option.output)")
          }
        }
        for page in line.matches(of: /man:([a-z-]+)\((\d)\)/) {
          let path = "man/\(page.output.1).\(page.output.2)"
          #expect(Repository.files.contains(path), "\(unit): \(path)")
        }
      }
    }
  }

  @Test func `what is substituted is the programs' folder, and nothing else`() {
    for unit in Repository.files(in: "units", ".service", ".socket", ".conf") {
      for line in Repository.lines(unit) where !line.hasPrefix("#") {
        let places = line.matches(of: /@[a-z]+@/).map(\.output)
        #expect(places.allSatisfy { $0 == "@bindir@" }, "\(unit): \(line)")
        #expect(places.isEmpty || line.hasPrefix("Exec"), "\(unit): \(line)")
      }
    }
  }

  @Test func `make installs every unit with the programs' folder in it, and takes all back`() throws
  {
    let folder = try TemporaryDirectory()
    func make(_ goal: String) throws -> RunningProgram {
      try RunningProgram.system(
        "make", ["-s", goal, "DESTDIR=\(folder.path)", "PREFIX=/usr"])
    }
    let install = try make("install-units")
    #expect(install.status == 0, "\(install.errors)")
    for unit in Repository.files(in: "units", ".service", ".socket") {
      let path = "usr/lib/systemd/" + unit.dropFirst("units/".count)
      #expect(
        text(of: folder.file(path))
          == Repository.text(unit).replacing("@bindir@", with: "/usr/bin"), "\(path)")
    }
    for path in ["usr/lib/sysusers.d/wg.conf", "usr/lib/tmpfiles.d/wg.conf"] {
      #expect(text(of: folder.file(path)) == Repository.text("units/" + path.dropFirst(8)))
    }
    let uninstall = try make("uninstall")
    #expect(uninstall.status == 0, "\(uninstall.errors)")
    let left = try RunningProgram.system("find", [folder.path.string, "-type", "f"])
    #expect(left.output == "")
  }

  /// Statuses that no restart cures are listed in the units, and explained in the page.
  @Test func `each status that prevents a restart is in the manual`() {
    let page = Repository.text("man/wg-dispatcher.8")
    for unit in Repository.files(in: "units", ".service")
    where Repository.text(unit).contains("\nRestart=") {
      let line = Repository.lines(unit).first { $0.hasPrefix("RestartPreventExitStatus=") }
      let statuses = line?.split(separator: "=").last?.split(separator: " ") ?? []
      #expect(!statuses.isEmpty, "\(unit)")
      for status in statuses { #expect(page.contains(".It \(status)\n"), "\(unit): \(status)") }
    }
  }

  /// Every block of directives that confine begins with its reason, or stands under one.
  @Test func `each directive that confines has a reason above it`() {
    let plain: Set<Substring> = [
      "CapabilityBoundingSet", "AmbientCapabilities", "PrivateMounts", "ProtectClock",
      "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "RestrictRealtime",
      "LockPersonality", "KeyringMode", "SystemCallArchitectures",
      "SystemCallErrorNumber", "SystemCallFilter",
    ]
    let unit = "units/system/wg-dispatcher.service"
    let lines = Repository.lines(unit)
    let start =
      lines.firstIndex { $0.hasPrefix("# --- What handlers may not do") } ?? lines.endIndex
    let end = lines.firstIndex { $0.hasPrefix("# --- What cannot be tightened") } ?? lines.endIndex
    #expect(start < end)
    for index in lines[start..<end].indices where lines[index].contains("=") {
      let line = lines[index]
      guard !line.hasPrefix("#"), let name = line.split(separator: "=").first else { continue }
      #expect(plain.contains(name) || lines[index - 1].hasPrefix("#"), "\(unit): \(name)")
    }
  }

  @Test func `every file of the folder is in its list`() {
    let list = Repository.text("units/README.md")
    for file in Repository.files where file.hasPrefix("units/") {
      let parts = file.split(separator: "/").dropFirst()
      let name = parts.joined(separator: "/")
      let isListed = list.contains("`\(name)`") || list.contains("`\(parts.first ?? "")/`")
      #expect(isListed || name == "README.md", "\(file)")
    }
  }
}
