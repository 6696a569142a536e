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
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let unixSignals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
  name: "shardway",
  products: [
    .executable(name: "shardway-router", targets: ["shardway-router"]),
    .executable(name: "shardway-sidecar", targets: ["shardway-sidecar"]),
    .executable(name: "shardway-control", targets: ["shardway-control"]),
    .executable(name: "shardway", targets: ["shardway"]),
    .executable(name: "shardway-bench", targets: ["shardway-bench"]),
    // For the nested package in Benchmarks.
    .library(
      name: "DataPlaneParts",
      targets: [
        "Wire", "ShardMap", "Telemetry", "Routing", "Pooling", "Admission", "HotTenants",
        "DataPlane",
      ]),
    .library(
      name: "LoadParts", targets: ["LoadScenario", "LoadModel", "LoadResults", "LoadClient"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    // C libraries.
    .target(name: "CLiburing", linkerSettings: [.linkedLibrary("uring")]),
    .target(name: "CXXHash"),
    .target(name: "CThreads"),
    .target(name: "CFiles"),
    .target(name: "CProcesses"),
    .target(name: "CAllocator"),
    .target(name: "CClock"),
    .target(name: "CZstd", linkerSettings: [.linkedLibrary("zstd")]),
    .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CPrivileges"),

    // Ground floor: the system's things, and what has nothing to do with the rest.
    .target(name: "Files", swiftSettings: base),
    .target(name: "RandomNumbers", swiftSettings: strict),
    .target(name: "Tables", swiftSettings: base),
    .target(name: "Uring", dependencies: ["CLiburing"], swiftSettings: base),
    .target(name: "Wire", swiftSettings: strict),
    .target(
      name: "ShardMap", dependencies: ["CFiles", "CThreads", "CXXHash", "Files"],
      swiftSettings: base),
    .target(name: "Threads", swiftSettings: base),
    .target(name: "Processes", dependencies: ["CProcesses"], swiftSettings: base),
    .target(name: "Telemetry", dependencies: ["RandomNumbers", "Threads"], swiftSettings: base),
    .target(name: "Privileges", dependencies: ["CPrivileges"], swiftSettings: base),

    // TLS without sockets: bytes in, bytes out.
    .target(
      name: "TLS", dependencies: ["COpenSSL"], swiftSettings: base,
      // Here, so that programs which only hash don't link it.
      linkerSettings: [.linkedLibrary("ssl")]),

    // Decisions.
    .target(name: "MapDocument", dependencies: ["ShardMap"], swiftSettings: strict),
    .target(name: "Routing", dependencies: ["RandomNumbers", "ShardMap"], swiftSettings: strict),
    .target(name: "Pooling", dependencies: ["Routing", "Tables", "Wire"], swiftSettings: base),
    .target(
      name: "Admission", dependencies: ["Routing", "ShardMap", "Tables"], swiftSettings: base),
    .target(name: "HotTenants", dependencies: ["Routing", "ShardMap"], swiftSettings: base),

    // Logins of clients and to servers. No network, no clock, no random numbers of its own.
    .target(name: "Authentication", dependencies: ["COpenSSL", "Wire"], swiftSettings: strict),

    // The admin console's statements, logins and tables. No network, no clock.
    .target(
      name: "AdminConsole", dependencies: ["Authentication", "Wire"], swiftSettings: base),

    // The map on its way: what is signed, sent, verified, compiled and published. No network.
    .target(
      name: "MapExchange", dependencies: ["CZstd", "MapDocument", "ShardMap", crypto],
      swiftSettings: base),
    .target(
      name: "MapSync",
      dependencies: ["Files", "MapDocument", "MapExchange", "RandomNumbers", "ShardMap"],
      swiftSettings: base),

    // The control plane: event log, projections, HTTP API.
    .target(
      name: "ControlPlane",
      dependencies: [
        "Admission", "Files", "MapExchange", "MapDocument", "ShardMap", crypto, grdb, hummingbird,
        lifecycle, logging,
      ],
      swiftSettings: base),
    .target(
      name: "ControlClient", dependencies: ["MapExchange", "MapDocument", httpClient, nioSSL],
      swiftSettings: base),

    // The one place where bytes move, and its simulated world.
    .target(
      name: "DataPlane",
      dependencies: [
        "AdminConsole", "Admission", "Authentication", "CThreads", "Files", "HotTenants", "Pooling",
        "TLS", "Uring", "Wire", "ShardMap", "Routing", "Telemetry", "Threads",
      ],
      swiftSettings: base),

    // The documents of the router's HTTP API, for both of its ends.
    .target(name: "RouterAPI", swiftSettings: strict),

    // What the router tells over HTTP, and what it sends to a collector: never on a worker's thread.
    .target(
      name: "RouterHTTP",
      dependencies: [
        "Admission", "DataPlane", "Files", "HotTenants", "RouterAPI", "Routing", "ShardMap",
        "Telemetry", "Threads", hummingbird, lifecycle, logging, nioCore, nioPosix,
      ],
      swiftSettings: base),
    .target(
      name: "TraceExport",
      dependencies: [
        "Telemetry", "Threads", httpClient, logging, nioCore, nioHTTP1, nioPosix,
      ],
      swiftSettings: base),
    .target(
      name: "Simulation",
      dependencies: [
        "DataPlane", "Files", "MapDocument", "MapExchange", "MapSync", "Processes", "Routing",
        "ShardMap", "TLS", "Telemetry", "Uring", "Wire",
      ],
      swiftSettings: base),

    // Real PostgreSQL servers on loopback, for people, tests and comparisons.
    .target(
      name: "LocalFleet",
      dependencies: [
        "Files", "Processes", "ControlClient", "MapDocument", "MapExchange", "ShardMap",
      ],
      swiftSettings: base),

    // What programs for people share: their version, tables, colours, Ctrl-C; configuration files.
    .target(name: "Console", swiftSettings: base),
    .target(name: "ConfigurationFile", dependencies: [yams], swiftSettings: base),

    // Load tests: what is asked for, what was measured and what of it is shown, and what a client
    // says. No network, no clock.
    .target(
      name: "LoadScenario", dependencies: ["ConfigurationFile", "ShardMap"],
      swiftSettings: strict),
    .target(
      name: "LoadModel", dependencies: ["LoadScenario", "RandomNumbers"], swiftSettings: strict),
    .target(
      name: "LoadResults", dependencies: ["LoadModel", "LoadScenario"], swiftSettings: strict),
    .target(name: "Drawing", swiftSettings: strict),
    .target(
      name: "LoadReport", dependencies: ["Console", "Drawing", "LoadResults"],
      swiftSettings: strict),
    .target(
      name: "LoadClient",
      dependencies: ["Authentication", "LoadModel", "LoadResults", "LoadScenario", "Wire"],
      swiftSettings: strict),

    // Their engine, and the server that answers at once.
    .target(
      name: "LoadGenerator",
      dependencies: [
        "CThreads", "LoadClient", "LoadModel", "LoadResults", "LoadScenario", "TLS", "Threads",
        "Uring", "Wire",
      ],
      swiftSettings: base),
    .target(
      name: "NullServer",
      dependencies: ["CLiburing", "CThreads", "TLS", "Threads", "Uring", "Wire"],
      swiftSettings: base),

    // Programs.
    .executableTarget(
      name: "shardway-router",
      dependencies: [
        "AdminConsole", "Admission", "Authentication", "CClock", "CProcesses", "ConfigurationFile",
        "Console", "DataPlane", "Files", "Privileges", "RouterHTTP", "Routing", "ShardMap", "TLS",
        "Telemetry", "Threads", "TraceExport", "Uring", argumentParser, logging,
      ],
      swiftSettings: base),
    .executableTarget(
      name: "shardway-sidecar",
      dependencies: [
        "CAllocator", "ConfigurationFile", "Console", "Files", "MapExchange", "MapSync", "ShardMap",
        argumentParser, httpClient, lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
        unixSignals,
      ],
      swiftSettings: base),
    .executableTarget(
      name: "shardway-control",
      dependencies: [
        "ConfigurationFile", "Console", "ControlPlane", "MapExchange", "MapDocument",
        argumentParser, hummingbird, hummingbirdTLS, lifecycle, logging, nioSSL, unixSignals,
      ],
      swiftSettings: base),
    .executableTarget(
      name: "shardway",
      dependencies: [
        "ShardMap", "MapDocument", "MapExchange", "RouterAPI", "Routing", "ControlClient",
        "LocalFleet", "Console", "Drawing", argumentParser, httpClient, nioCore, nioHTTP1, nioPosix,
      ],
      swiftSettings: base),
    .executableTarget(
      name: "shardway-simulate", dependencies: ["Console", "Simulation", argumentParser],
      swiftSettings: base),
    .executableTarget(
      name: "shardway-kill-publisher",
      dependencies: ["Files", "RandomNumbers", "ShardMap", "Threads", argumentParser],
      swiftSettings: base),
    .executableTarget(
      name: "shardway-compare",
      dependencies: [
        "ConfigurationFile", "Console", "LoadClient", "LoadGenerator", "LoadReport", "LoadResults",
        "LoadScenario", "LocalFleet", "MapDocument", "ShardMap", argumentParser,
      ],
      swiftSettings: base),

    .executableTarget(
      name: "shardway-bench",
      dependencies: [
        "ConfigurationFile", "Console", "LoadClient", "LoadGenerator", "LoadReport", "LoadResults",
        "LoadScenario", "LocalFleet", "NullServer", argumentParser,
      ],
      swiftSettings: base),

    // What tests of several modules need.
    .target(
      name: "TestSupport", dependencies: ["RandomNumbers"], path: "Tests/TestSupport",
      swiftSettings: strict),

    .testTarget(name: "UringTests", dependencies: ["Uring", "CLiburing"], swiftSettings: base),
    .testTarget(
      name: "WireTests", dependencies: ["RandomNumbers", "TestSupport", "Wire"], swiftSettings: base
    ),
    .testTarget(
      name: "AuthenticationTests",
      dependencies: ["Authentication", "COpenSSL", "RandomNumbers", "TestSupport", "Wire"],
      swiftSettings: base),
    .testTarget(
      name: "AdminConsoleTests", dependencies: ["AdminConsole", "Authentication", "Wire"],
      swiftSettings: base),
    .testTarget(
      name: "ShardMapTests",
      dependencies: [
        "Files", "LocalFleet", "MapDocument", "RandomNumbers", "ShardMap", "Threads",
        "shardway-kill-publisher",
      ],
      swiftSettings: base),
    .testTarget(
      name: "MapDocumentTests",
      dependencies: ["MapDocument", "RandomNumbers", "ShardMap", "shardway", argumentParser],
      swiftSettings: base),
    .testTarget(
      name: "MapExchangeTests",
      dependencies: [
        "MapDocument", "MapExchange", "RandomNumbers", "ShardMap", "TestSupport", crypto,
      ], swiftSettings: base),
    .testTarget(
      name: "MapSyncTests",
      dependencies: [
        "ConfigurationFile", "Files", "MapDocument", "MapSync", "MapExchange", "ShardMap",
        "shardway-sidecar", hummingbird, lifecycle, logging,
      ],
      swiftSettings: base),
    .testTarget(
      name: "ControlPlaneTests",
      dependencies: [
        "ControlPlane", "Files", "LocalFleet", "MapDocument", "MapExchange", "RandomNumbers",
        "ShardMap", "shardway-control", grdb, httpClient, hummingbird, lifecycle, logging,
      ], swiftSettings: base),
    .testTarget(
      name: "ControlClientTests",
      dependencies: ["Processes", "LocalFleet", "ControlClient", "MapExchange"],
      swiftSettings: base),
    .testTarget(
      name: "ShardwayTests",
      dependencies: [
        "Console", "ControlClient", "MapDocument", "RandomNumbers", "RouterAPI", "Routing",
        "ShardMap", "shardway", argumentParser,
      ],
      swiftSettings: base),
    .testTarget(
      name: "CompareTests", dependencies: ["ConfigurationFile", "shardway-compare"],
      swiftSettings: base),
    .testTarget(name: "TLSTests", dependencies: ["Processes", "TLS"], swiftSettings: base),
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"], swiftSettings: base),
    .testTarget(name: "PrivilegesTests", dependencies: ["Privileges"], swiftSettings: base),
    .testTarget(
      name: "TraceExportTests",
      dependencies: ["Telemetry", "TraceExport", hummingbird, logging, nioCore],
      swiftSettings: base),
    .testTarget(
      name: "RouterHTTPTests",
      dependencies: [
        "DataPlane", "Files", "HotTenants", "LocalFleet", "RouterAPI", "RouterHTTP", "Routing",
        "ShardMap", "Telemetry", "Uring", httpClient, hummingbird, logging, nioCore, nioHTTP1,
      ],
      swiftSettings: base),
    .testTarget(
      name: "NullServerTests", dependencies: ["Processes", "NullServer", "TLS", "Uring", "Wire"],
      swiftSettings: base),
    .testTarget(
      name: "LoadScenarioTests",
      dependencies: ["ConfigurationFile", "Files", "LoadModel", "LoadScenario"],
      swiftSettings: base),
    .testTarget(
      name: "LoadClientTests",
      dependencies: [
        "Authentication", "LoadClient", "LoadModel", "LoadResults", "LoadScenario", "Wire",
      ],
      swiftSettings: base),
    .testTarget(
      name: "LoadGeneratorTests",
      dependencies: [
        "Processes",
        "LoadClient", "LoadGenerator", "LoadModel", "LoadResults", "LoadScenario", "NullServer",
      ],
      swiftSettings: base),
    .testTarget(name: "DrawingTests", dependencies: ["Drawing"], swiftSettings: base),
    .testTarget(
      name: "LoadReportTests",
      dependencies: [
        "Console", "Drawing", "LoadModel", "LoadReport", "LoadResults", "LoadScenario",
      ],
      swiftSettings: base),
    .testTarget(
      name: "LoadModelTests", dependencies: ["LoadModel", "LoadScenario"], swiftSettings: base),
    .testTarget(
      name: "LoadResultsTests",
      dependencies: ["LoadModel", "LoadResults", "LoadScenario", histogram], swiftSettings: base),
    .testTarget(
      name: "BenchTests",
      dependencies: [
        "LoadGenerator", "LoadReport", "LoadResults", "LoadScenario", "LocalFleet",
        "shardway-bench",
      ], swiftSettings: base),
    .testTarget(
      name: "TablesTests", dependencies: ["RandomNumbers", "Tables"], swiftSettings: base),
    .testTarget(
      name: "RoutingTests", dependencies: ["Routing", "MapDocument"], swiftSettings: base),
    .testTarget(
      name: "AdmissionTests",
      dependencies: ["Admission", "RandomNumbers", "Routing", "ShardMap", "Threads"],
      swiftSettings: base),
    .testTarget(
      name: "HotTenantsTests",
      dependencies: ["HotTenants", "RandomNumbers", "Routing", "ShardMap"],
      swiftSettings: base),
    .testTarget(
      name: "PoolingTests", dependencies: ["Pooling", "Routing", "Threads", "Wire"],
      swiftSettings: base),
    .testTarget(
      name: "DataPlaneTests",
      dependencies: [
        "AdminConsole", "Admission", "Authentication", "ConfigurationFile", "DataPlane", "Files",
        "HotTenants", "LocalFleet", "Pooling", "Privileges", "Processes", "RandomNumbers",
        "RouterHTTP", "Routing", "ShardMap", "Telemetry", "Threads", "TLS", "Uring", "Wire",
        "shardway-router", logging,
      ], swiftSettings: base),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Processes",
        "Admission", "Authentication", "DataPlane", "HotTenants", "MapSync", "Routing", "ShardMap",
        "Simulation", "TLS", "Telemetry", "Uring", "Wire",
      ],
      swiftSettings: base),
    .testTarget(
      name: "EndToEnd",
      dependencies: [
        "Console", "ControlClient", "Files", "LocalFleet", "MapDocument", "MapExchange",
        "Processes", "RouterAPI", "ShardMap", "Wire", "shardway", "shardway-bench",
        "shardway-control", "shardway-router", "shardway-sidecar", hummingbird, logging, nioCore,
      ],
      // Programs in other languages, which the tests find and run.
      exclude: ["Drivers"], swiftSettings: base),
  ],
  swiftLanguageModes: [.v6]
)
