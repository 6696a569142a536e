// swift-tools-version: 6.2
import PackageDescription

// Floors: a target may depend only on targets listed above it.

let base: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]
/// For modules without a line of unsafe code: the compiler keeps it so.
let strict = base + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "shardway",
  products: [
    .executable(name: "shardway-router", targets: ["shardway-router"]),
    .executable(name: "shardway", targets: ["shardway"]),
    // For the nested package in Benchmarks.
    .library(
      name: "DataPlaneParts",
      targets: ["Wire", "ShardMap", "MapDocument", "Routing", "DataPlane", "Simulation"]),
    .library(name: "LocalFleet", targets: ["LocalFleet"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries.
    .target(name: "CLiburing", linkerSettings: [.linkedLibrary("uring")]),
    .target(name: "CXXHash"),
    .target(name: "CThreads"),

    // Ground floor: imports nothing of ours.
    .target(name: "Uring", dependencies: ["CLiburing"], swiftSettings: base),
    .target(name: "Wire", swiftSettings: strict),
    .target(name: "ShardMap", dependencies: ["CXXHash"], swiftSettings: base),
    .target(name: "Telemetry", swiftSettings: base),

    // Decisions.
    .target(name: "MapDocument", dependencies: ["ShardMap"], swiftSettings: strict),
    .target(name: "Routing", dependencies: ["ShardMap"], swiftSettings: strict),

    // The one place where bytes move, and its simulated world.
    .target(
      name: "DataPlane",
      dependencies: ["CThreads", "Uring", "Wire", "ShardMap", "Routing", "Telemetry"],
      swiftSettings: base),
    .target(
      name: "Simulation",
      dependencies: ["DataPlane", "MapDocument", "Routing", "ShardMap", "Uring", "Wire"],
      swiftSettings: base),

    // Real PostgreSQL servers on loopback, for people, tests and comparisons.
    .target(name: "LocalFleet", dependencies: ["MapDocument", "ShardMap"], swiftSettings: base),

    // What programs for people share: tables, colours, Ctrl-C.
    .target(name: "Console", swiftSettings: base),

    // Programs.
    .executableTarget(
      name: "shardway-router",
      dependencies: ["DataPlane", "ShardMap", "Telemetry", "Uring", argumentParser, logging, yams],
      swiftSettings: base),
    .executableTarget(
      name: "shardway",
      dependencies: [
        "ShardMap", "MapDocument", "Routing", "LocalFleet", "Console", argumentParser,
      ],
      swiftSettings: base),
    .executableTarget(
      name: "shardway-simulate", dependencies: ["Simulation", argumentParser], swiftSettings: base),
    .executableTarget(
      name: "shardway-compare", dependencies: ["LocalFleet", "Console", argumentParser],
      swiftSettings: base),

    .testTarget(name: "UringTests", dependencies: ["Uring", "CLiburing"], swiftSettings: base),
    .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: base),
    .testTarget(
      name: "ShardMapTests", dependencies: ["ShardMap", "MapDocument"], swiftSettings: base),
    .testTarget(
      name: "MapDocumentTests",
      dependencies: ["ShardMap", "MapDocument", "shardway", argumentParser], swiftSettings: base),
    .testTarget(name: "CompareTests", dependencies: ["shardway-compare"], swiftSettings: base),
    .testTarget(
      name: "RoutingTests", dependencies: ["Routing", "MapDocument"], swiftSettings: base),
    .testTarget(
      name: "DataPlaneTests",
      dependencies: [
        "DataPlane", "LocalFleet", "Routing", "ShardMap", "Uring", "Wire", "shardway-router",
      ], swiftSettings: base),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["Simulation", "DataPlane", "Routing", "ShardMap", "Uring"],
      swiftSettings: base),
    .testTarget(
      name: "EndToEnd",
      dependencies: [
        "LocalFleet", "MapDocument", "ShardMap", "Wire", "shardway-router", "shardway",
      ],
      swiftSettings: base),
  ],
  swiftLanguageModes: [.v6]
)
