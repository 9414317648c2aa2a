// swift-tools-version: 6.2
import PackageDescription

// Three small supervisors, each as a program outside of this repository would be written. Theirs would
// name the repository by its URL.
let package = Package(
  name: "examples",
  dependencies: [.package(name: "wg", path: "..")],
  targets: ["three-programs", "ready-and-watchdog", "on-demand"].map { name in
    .executableTarget(
      name: name, dependencies: [.product(name: "Supervision", package: "wg")], path: name)
  }
)
