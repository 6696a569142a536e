// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the main one never sees the benchmark library. `Tools/count-paths`
// counts; `swift package --package-path Benchmarks benchmark` times.

let base: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]
let dataPlane = Target.Dependency.product(name: "DataPlaneParts", package: "shardway")

/// What is measured and what it needs, in the folder of its name.
func library(_ name: String, dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies + [dataPlane], path: name, swiftSettings: base)
}

/// Benchmarks of times, in the folder of their name.
func benchmark(_ name: String, dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies + [
      "AllocationCount", .product(name: "Benchmark", package: "benchmark"), dataPlane,
    ],
    path: name, swiftSettings: base,
    plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "shardway", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    // Counts what the benchmark library can't count without another allocator.
    .target(name: "AllocationCount", path: "AllocationCount"),
    // Says to callgrind, under which the counts are taken, where to begin and to end.
    .target(name: "Callgrind", path: "Callgrind"),
    // A kernel in memory for the worker. Not in one module with the benchmark library, whose C
    // declarations of io_uring clash with liburing's.
    library("LoopbackWorker"),
    library("GeneratedMap"),
    // What is counted and timed: the list, and all that it takes to run an entry of it.
    library(
      "HotPaths",
      dependencies: [
        "GeneratedMap", "LoopbackWorker", .product(name: "LoadParts", package: "shardway"),
      ]),
    .executableTarget(
      name: "hot-paths", dependencies: ["AllocationCount", "Callgrind", "HotPaths"],
      path: "hot-paths", swiftSettings: base),
    benchmark("HotPathTimes", dependencies: ["HotPaths"]),
    benchmark("MapLookup", dependencies: ["GeneratedMap"]),
    benchmark("MapPublish", dependencies: ["GeneratedMap"]),
  ],
  swiftLanguageModes: [.v6]
)
