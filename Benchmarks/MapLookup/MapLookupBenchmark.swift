import AllocationCount
import Benchmark
import GeneratedMap
import ShardMap

/// What a map costs: opening it, and looking up tenants in random order over all of them.
///
/// Wall-clock figures are for one look-up with its record; each sample is a batch of a thousand,
/// whose ids are drawn before the clock starts.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations, .open, .residentGrowth, .tenantBytes],
    warmupIterations: 20, scalingFactor: .kilo, maxDuration: .seconds(10), maxIterations: 5_000)

  for (name, tenants, patches) in [
    ("1 k tenants", 1_000, 0), ("1 M tenants", 1_000_000, 0),
    ("1 M tenants, a sixteenth by patches", 1_000_000, 10), ("10 M tenants", 10_000_000, 0),
  ] {
    Benchmark("Look-up among \(name)") { (benchmark, fixture: MapFixture) in
      let count = benchmark.scaledIterations.count
      let ids = fixture.drawIDs(count)
      let cost = try fixture.reopen()
      let before = allocation_count()
      benchmark.startMeasurement()
      blackHole(fixture.lookUp(ids, times: count))
      benchmark.stopMeasurement()
      benchmark.measurement(.allocations, Int(allocation_count() - before))
      benchmark.measurement(.open, cost.nanoseconds)
      benchmark.measurement(.residentGrowth, cost.residentBytes)
      benchmark.measurement(.tenantBytes, fixture.map.header.layout.fileBytes / tenants)
    } setup: {
      try MapFixture(tenants: tenants, patches: patches)
    }
  }
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator in a whole batch.
  static let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: false)
  /// Time to open the map, in nanoseconds.
  static let open = BenchmarkMetric.custom("Open (ns)", useScalingFactor: false)
  /// What opening adds to the resident memory, in bytes.
  static let residentGrowth = BenchmarkMetric.custom(
    "Resident after open (B)", useScalingFactor: false)
  /// Length of the file, for each tenant.
  static let tenantBytes = BenchmarkMetric.custom("File a tenant (B)", useScalingFactor: false)
}
