import AllocationCount
import Benchmark

/// What transaction pooling looks up: each figure is for one look-up.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations], scalingFactor: .kilo,
    maxDuration: .seconds(2))

  Benchmark("ClientStatements: a name's statement") { (benchmark, fixture: PoolingFixture) in
    benchmark.measureCounted { fixture.tables.lookUpNames($0) }
  } setup: {
    try PoolingFixture()
  }

  Benchmark("LinkStatements: touch") { (benchmark, fixture: PoolingFixture) in
    benchmark.measureCounted { fixture.tables.touchStatements($0) }
  } setup: {
    try PoolingFixture()
  }

  Benchmark("Name, link and server's name of a Bind") { (benchmark, fixture: PoolingFixture) in
    benchmark.measureCounted { fixture.tables.findServerNames($0) }
  } setup: {
    try PoolingFixture()
  }

  Benchmark("ParameterValues: link and client compared") { (benchmark, fixture: PoolingFixture) in
    benchmark.measureCounted { fixture.tables.compareSettings($0) }
  } setup: {
    try PoolingFixture()
  }

  Benchmark("WaitQueue: pop and push") { (benchmark, fixture: PoolingFixture) in
    benchmark.measureCounted { fixture.tables.waitAndServe($0) }
  } setup: {
    try PoolingFixture()
  }

  Benchmark("StatementRegistry: a known statement of 70 bytes") {
    (benchmark, fixture: PoolingFixture) in
    try benchmark.measureCounted { count throws in try fixture.tables.intern(count) }
  } setup: {
    try PoolingFixture()
  }
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator.
  static let allocations = BenchmarkMetric.custom("Allocations")
}

extension Benchmark {
  /// Measures `work`, which is told how often to do it, and counts what it allocates.
  func measureCounted<Result, Failure>(
    _ work: (Int) throws(Failure) -> Result
  ) throws(Failure) {
    let before = allocation_count()
    startMeasurement()
    blackHole(try work(scaledIterations.count))
    stopMeasurement()
    measurement(.allocations, Int(allocation_count() - before))
  }
}
