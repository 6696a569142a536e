import AllocationCount
import Benchmark
import Routing
import ShardMap
import TimeLimit

/// What a decision costs: a tenant that was looked up before, its policy and shard, two replicas
/// compared, and what is remembered of it. Looking the tenant up is in `MapLookup`.
///
/// A sample is a batch of a thousand decisions; figures are for one. Samples of lag are read as a
/// worker reads them while a probe's thread may write. A decision that allocates, that takes longer
/// than its limit, that chooses a replica that won't do, or that prefers one of equals fails the benchmark.
///
/// Where many replicas won't do (`patchy`) or none will (`behind`) all may have to be looked at.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations], warmupIterations: 20, scalingFactor: .kilo,
    maxDuration: .seconds(2), maxIterations: 2_000)

  measure(.strong, replicas: 30, .well)
  for state in ReplicaState.allCases {
    for replicas in [3, 30, 300] {
      for tier in SelectionFixture.tiers { measure(tier, replicas: replicas, state) }
    }
  }
}

@Sendable private func measure(_ tier: Consistency, replicas: Int, _ state: ReplicaState) {
  let name = "\(tier.name), \(replicas) replicas, \(state.rawValue)"
  Benchmark(name) { (benchmark, fixture: SelectionFixture) in
    let before = allocation_count()
    benchmark.startMeasurement()
    blackHole(fixture.select(tier, times: benchmark.scaledIterations.count))
    benchmark.stopMeasurement()
    benchmark.measurement(.allocations, Int(allocation_count() - before))
  } setup: {
    let fixture = try SelectionFixture(replicas: replicas, state, tier)
    limit(replicas: replicas, state).require(name) { fixture.select(tier, times: $0) }
    return fixture
  }
}

/// Where all will do two are looked at, however many there are; where none will, all are.
private func limit(replicas: Int, _ state: ReplicaState) -> TimeLimit {
  switch state {
  case .well: TimeLimit(nanoseconds: 150)
  case .patchy: TimeLimit(nanoseconds: 250)
  case .behind: TimeLimit(nanoseconds: 150 + 12 * Double(replicas))
  }
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator in a whole batch.
  static let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: false)
}
