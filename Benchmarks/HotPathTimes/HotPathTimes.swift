import AllocationCount
import Benchmark
import HotPaths

/// How long each hot path takes, reported only: what must hold is counted (`Tools/count-paths`).
///
/// A sample is a batch of a thousand operations; wall-clock figures are for one.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations], warmupIterations: 20, scalingFactor: .kilo,
    maxDuration: .seconds(2), maxIterations: 5_000)

  for path in HotPath.all {
    Benchmark(path.name) { (benchmark, work: HotPath.Work) in
      let before = allocation_count()
      benchmark.startMeasurement()
      blackHole(try work(benchmark.scaledIterations.count))
      benchmark.stopMeasurement()
      benchmark.measurement(.allocations, Int(allocation_count() - before))
    } setup: {
      try path.prepare()
    }
  }
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator in a whole batch.
  static let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: false)
}
