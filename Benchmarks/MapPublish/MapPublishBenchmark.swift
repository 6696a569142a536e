import Benchmark
import GeneratedMap
import ShardMap

/// What it takes to publish one moved tenant among a million, and to compile such a map as a whole.
///
/// Wall-clock of a patch is from the patch to a map that a reader has opened and verified.
let benchmarks: @Sendable () -> Void = {
  let tenants = 1_000_000

  for (name, durability) in [
    ("synchronized before use", MapDurability.beforeUse), ("synchronized later", .deferred),
  ] {
    Benchmark(
      "One tenant of 1 M, \(name)",
      configuration: .init(
        metrics: [
          .wallClock, .total, .patch, .copy, .synchronize, .rename, .open, .verify, .release,
        ], warmupIterations: 3, maxDuration: .seconds(20), maxIterations: 100)
    ) { (benchmark, fixture: PublishFixture) in
      benchmark.startMeasurement()
      let cost = try fixture.moveOne(durability)
      benchmark.stopMeasurement()
      for (metric, time) in [
        (BenchmarkMetric.total, cost.total), (.patch, cost.patch), (.copy, cost.copy),
        (.synchronize, cost.synchronize), (.rename, cost.rename), (.open, cost.open),
        (.verify, cost.verify), (.release, cost.release),
      ] { benchmark.measurement(metric, Int(time / .microseconds(1))) }
    } setup: {
      try PublishFixture(tenants: tenants)
    }
  }

  Benchmark(
    "Compiling 1 M tenants",
    configuration: .init(
      metrics: [.wallClock, .peakMemoryResident], warmupIterations: 1, maxDuration: .seconds(20),
      maxIterations: 10)
  ) { _ in
    let bytes = try GeneratedMap.builder(tenants: tenants).bytes()
    blackHole(bytes.count)
  }
}

extension BenchmarkMetric {
  /// From the patch to a verified map in a reader's hands, in microseconds, as the rest.
  static let total = BenchmarkMetric.custom("In use after (us)", useScalingFactor: false)
  static let patch = BenchmarkMetric.custom("Patch (us)", useScalingFactor: false)
  static let copy = BenchmarkMetric.custom("Copy (us)", useScalingFactor: false)
  static let synchronize = BenchmarkMetric.custom("Synchronize (us)", useScalingFactor: false)
  static let rename = BenchmarkMetric.custom("Rename (us)", useScalingFactor: false)
  static let open = BenchmarkMetric.custom("Open (us)", useScalingFactor: false)
  static let verify = BenchmarkMetric.custom("Verify (us)", useScalingFactor: false)
  /// Letting the old map go, which is no part of the sum.
  static let release = BenchmarkMetric.custom("Release old (us)", useScalingFactor: false)
}
