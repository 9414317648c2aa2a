// swift-tools-version: 6.2
import PackageDescription

let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "wg",
  products: [
    .executable(name: "wg", targets: ["wg"]),
    .executable(name: "wg-dispatcher", targets: ["wg-dispatcher"]),
    .executable(name: "wg-keeper", targets: ["wg-keeper"]),
    .executable(name: "wg-handler", targets: ["wg-handler"]),
    .library(name: "Supervision", targets: ["Supervision"]),
    // For tests alone.
    .library(name: "test-fault", type: .dynamic, targets: ["test-fault"]),
    .library(name: "test-old-kernel", type: .dynamic, targets: ["test-old-kernel"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // What decides.
    .target(name: "SupervisionCore"),
    .target(name: "SupervisionSimulator", dependencies: ["SupervisionCore"]),

    // What touches the kernel.
    .target(name: "CLinuxShims"),
    .target(name: "LinuxSystem", dependencies: ["CLinuxShims", systemPackage]),
    .target(
      name: "SupervisionDriver",
      dependencies: ["SupervisionCore", "LinuxSystem", systemPackage]),

    // The same for other programs.
    .target(
      name: "Supervision",
      dependencies: ["SupervisionCore", "SupervisionDriver", "LinuxSystem", systemPackage]),

    // What people look at and type into.
    .target(name: "Terminal", dependencies: ["CLinuxShims", "LinuxSystem", systemPackage]),

    // What people write in options and settings.
    .target(name: "TimeSpans"),
    .target(name: "HandlerKinds"),
    .target(name: "CTOML"),
    .target(name: "TOMLDocuments", dependencies: ["CTOML"]),
    .target(
      name: "Settings",
      dependencies: [
        "TOMLDocuments", "HandlerKinds", "TimeSpans", "SupervisionCore", "ChatStorage",
        "JSONLines", "LinuxSystem", systemPackage,
      ]),

    // The files of a project.
    .target(name: "JSONLines", dependencies: ["LinuxSystem", systemPackage]),
    .target(name: "ChatStorage", dependencies: ["JSONLines", "LinuxSystem", systemPackage]),
    .target(name: "TaskGraph", dependencies: ["JSONLines", "LinuxSystem", systemPackage]),
    .target(
      name: "ChatProject",
      dependencies: [
        "Settings", "ChatStorage", "TaskGraph", "JSONLines", "LinuxSystem", systemPackage,
      ]),

    // What was decided, for those who ask why.
    .target(
      name: "DecisionRecords",
      dependencies: ["SupervisionCore", "JSONLines", "LinuxSystem", systemPackage]),

    // A terminal, and what is shown on it.
    .target(
      name: "TerminalUI",
      dependencies: [
        "Terminal", "ControlProtocol", "ChatStorage", "JSONLines", "LinuxSystem", systemPackage,
      ]),

    // What is said over sockets.
    .target(name: "ControlProtocol", dependencies: ["JSONLines"]),
    .target(name: "CCurl"),
    .target(name: "CSystemd"),
    .target(name: "Systemd", dependencies: ["CSystemd", "LinuxSystem", systemPackage]),

    // The programs, as libraries.
    .target(
      name: "Dispatcher",
      dependencies: [
        "DecisionRecords", "SupervisionCore", "SupervisionDriver", "LinuxSystem", "JSONLines",
        "ChatStorage",
        "TaskGraph", "Settings", "ChatProject", "ControlProtocol", "Systemd", "TimeSpans",
        systemPackage,
      ]),
    .target(
      name: "ChatHandlers",
      dependencies: [
        "HandlerKinds", "ChatStorage", "JSONLines", "TimeSpans", "LinuxSystem", "CCurl",
        systemPackage,
      ]),
    .target(
      name: "WGCommands",
      dependencies: [
        "DecisionRecords", "SupervisionCore",
        "Settings", "ChatProject", "ChatStorage", "TaskGraph", "ControlProtocol", "JSONLines",
        "TimeSpans", "LinuxSystem", "Systemd", "Terminal", "TerminalUI", systemPackage,
        argumentParser,
      ],
      // Links to the templates of units/, for `wg service install`.
      resources: [.embedInCode("UnitTemplates")]),

    .executableTarget(name: "wg", dependencies: ["WGCommands", "LinuxSystem"]),
    .executableTarget(name: "wg-dispatcher", dependencies: ["Dispatcher", "LinuxSystem"]),
    // The parent of a dispatcher: C, and linked without Swift's runtime, since all that matters in it
    // is how little memory it takes. What counts lines or finds faults needs the runtime of the compiler.
    .executableTarget(
      name: "wg-keeper", exclude: ["no-runtime"],
      cSettings: [.headerSearchPath("../CLinuxShims/include")],
      linkerSettings: Context.environment["WG_INSTRUMENTED"] != nil
        ? nil
        : [
          .unsafeFlags([
            "-nostartfiles", "-resource-dir",
            Context.packageDirectory + "/Sources/wg-keeper/no-runtime",
          ])
        ]),
    .executableTarget(name: "wg-handler", dependencies: ["ChatHandlers", "LinuxSystem"]),
    .executableTarget(
      name: "wg-simulate",
      dependencies: ["SupervisionSimulator", "SupervisionCore", "DecisionRecords", "JSONLines"]),
    .executableTarget(
      name: "test-child", dependencies: ["LinuxSystem", systemPackage], path: "Tests/test-child"),

    .target(name: "test-fault", path: "Tests/test-fault"),
    .target(name: "test-old-kernel", path: "Tests/test-old-kernel"),
    .target(
      name: "TestSupport", dependencies: ["LinuxSystem", systemPackage], path: "Tests/TestSupport"),
    .testTarget(name: "SupervisionCoreTests", dependencies: ["SupervisionCore"]),
    .testTarget(
      name: "SupervisionSimulatorTests", dependencies: ["SupervisionSimulator", "SupervisionCore"]),
    .testTarget(
      name: "LinuxSystemTests",
      dependencies: ["LinuxSystem", "TestSupport", "test-child", systemPackage]),
    .testTarget(
      name: "SupervisionDriverTests",
      dependencies: [
        "SupervisionDriver", "SupervisionSimulator", "SupervisionCore", "LinuxSystem",
        "TestSupport", systemPackage,
      ]),
    .testTarget(
      name: "SupervisionTests",
      dependencies: ["Supervision", "LinuxSystem", "TestSupport", "test-child", systemPackage]),
    .testTarget(name: "JSONLinesTests", dependencies: ["JSONLines", "TestSupport", systemPackage]),
    .testTarget(
      name: "ChatStorageTests",
      dependencies: ["ChatStorage", "JSONLines", "LinuxSystem", "TestSupport", systemPackage]),
    .testTarget(
      name: "TaskGraphTests",
      dependencies: ["TaskGraph", "JSONLines", "LinuxSystem", "TestSupport", systemPackage]),
    .testTarget(
      name: "ChatProjectTests",
      dependencies: [
        "ChatProject", "Settings", "ChatStorage", "TaskGraph", "JSONLines", "LinuxSystem",
        "TestSupport",
        systemPackage,
      ]),
    .testTarget(
      name: "TerminalTests",
      dependencies: ["Terminal", "LinuxSystem", "TestSupport", "test-child", systemPackage]),
    .testTarget(name: "TimeSpansTests", dependencies: ["TimeSpans", "TestSupport"]),
    .testTarget(name: "HandlerKindsTests", dependencies: ["HandlerKinds"]),
    .testTarget(name: "TOMLDocumentsTests", dependencies: ["TOMLDocuments", "TestSupport"]),
    .testTarget(
      name: "SettingsTests",
      dependencies: [
        "Settings", "TOMLDocuments", "HandlerKinds", "SupervisionCore", "ChatStorage",
        "JSONLines", "LinuxSystem", "TestSupport", systemPackage,
      ]),
    .testTarget(
      name: "TerminalUITests",
      dependencies: [
        "TerminalUI", "Terminal", "ControlProtocol", "ChatStorage", "JSONLines", "LinuxSystem",
        "TestSupport", systemPackage,
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "ControlProtocolTests",
      dependencies: ["ControlProtocol", "JSONLines", "TestSupport"]),
    .testTarget(
      name: "DispatcherTests",
      dependencies: [
        "Dispatcher", "ChatProject", "ChatStorage", "ControlProtocol", "DecisionRecords",
        "JSONLines", "LinuxSystem", "Settings", "SupervisionCore", "Systemd", "TestSupport",
        systemPackage,
      ]),
    .testTarget(
      name: "JournalTests",
      dependencies: ["Systemd", "LinuxSystem", "TestSupport", systemPackage]),
    .testTarget(
      name: "ChatHandlersTests",
      dependencies: [
        "ChatHandlers", "HandlerKinds", "ChatStorage", "JSONLines", "LinuxSystem", "TestSupport",
        systemPackage,
      ],
      // Programs that stand in for agents.
      exclude: ["Fakes"]),
    .testTarget(
      name: "WGCommandsTests",
      dependencies: [
        "WGCommands", "Settings", "Terminal", "LinuxSystem", "ControlProtocol", "ChatStorage",
        "JSONLines", "TimeSpans", "TestSupport", systemPackage,
      ]),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "JSONLines", "LinuxSystem", "TestSupport", systemPackage,
        "wg", "wg-dispatcher", "wg-handler", "wg-keeper", "test-child", "test-fault",
      ]),
    .testTarget(
      name: "DecisionRecordsTests",
      dependencies: [
        "DecisionRecords", "SupervisionCore", "SupervisionSimulator", "JSONLines", "LinuxSystem",
        "TestSupport", systemPackage,
      ]),
    .testTarget(name: "SystemdTests", dependencies: ["LinuxSystem", "TestSupport", systemPackage]),
    .testTarget(name: "RepositoryTests", dependencies: ["TestSupport", systemPackage]),
  ],
  cxxLanguageStandard: .cxx17
)

// What reads others' bytes, with the seeds as tests, or with libFuzzer's engine for `make fuzz`.
let fuzzed: [Target.Dependency] = [
  "ControlProtocol", "SupervisionDriver", "ChatHandlers", "ChatStorage", "TaskGraph", "Settings",
  "DecisionRecords", "JSONLines", "Terminal", systemPackage,
]
if Context.environment["WG_FUZZING"] == nil {
  package.targets.append(
    .testTarget(name: "FuzzingTests", dependencies: fuzzed, exclude: ["Entry", "Seeds"]))
} else {
  package.targets.append(
    .executableTarget(
      name: "wg-fuzz", dependencies: fuzzed, path: "Tests/FuzzingTests",
      exclude: ["SeedTests.swift", "Seeds.swift", "Seeds"]))
}

// The same rules for every Swift target, so that none is forgotten.
for target in package.targets
where !["CLinuxShims", "CSystemd", "CTOML", "CCurl", "wg-keeper"].contains(target.name) {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
