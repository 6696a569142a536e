// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the main one never sees the benchmark library.
// Run with `swift package --package-path Benchmarks benchmark`.

/// The benchmark of one hot path, in the folder of its name.
func benchmark(_ name: String, dependencies: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies + [
      "AllocationCount",
      .product(name: "Benchmark", package: "benchmark"),
      .product(name: "DataPlaneParts", package: "shardway"),
    ],
    path: name,
    swiftSettings: [.treatAllWarnings(as: .error)],
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
    // The most that an operation may take.
    .target(
      name: "TimeLimit", path: "TimeLimit",
      swiftSettings: [
        .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
      ]),
    // A kernel in memory for the worker. Not in one module with the benchmark library, whose C
    // declarations of io_uring clash with liburing's.
    .target(
      name: "LoopbackWorker",
      dependencies: [
        "AllocationCount", .product(name: "DataPlaneParts", package: "shardway"),
      ],
      path: "LoopbackWorker",
      swiftSettings: [
        .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
      ]),
    .target(
      name: "GeneratedMap",
      dependencies: [.product(name: "DataPlaneParts", package: "shardway")],
      path: "GeneratedMap",
      swiftSettings: [
        .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
      ]),
    benchmark("MapLookup", dependencies: ["GeneratedMap"]),
    benchmark("MapPublish", dependencies: ["GeneratedMap"]),
    benchmark("PoolingTables", dependencies: ["TimeLimit"]),
    benchmark("PostgresCodec"),
    benchmark("ReplicaSelection", dependencies: ["TimeLimit"]),
    benchmark("WorkerLoop", dependencies: ["LoopbackWorker", "TimeLimit"]),
  ],
  swiftLanguageModes: [.v6]
)
