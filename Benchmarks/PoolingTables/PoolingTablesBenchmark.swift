import AllocationCount
import Benchmark
import TimeLimit

/// What transaction pooling looks up: each figure is for one look-up. One that allocates, or that
/// takes longer than its limit, fails the benchmark.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations], scalingFactor: .kilo,
    maxDuration: .seconds(2))

  measure("ClientStatements: a name's statement", nanoseconds: 40) { tables, count in
    Int(truncatingIfNeeded: tables.lookUpNames(count))
  }
  measure("LinkStatements: touch", nanoseconds: 15) { tables, count in
    tables.touchStatements(count)
  }
  measure("Name, link and server's name of a Bind", nanoseconds: 60) { tables, count in
    tables.findServerNames(count)
  }
  measure("Bind of a prepared statement, rewritten for its server", nanoseconds: 200) {
    tables, count in
    try tables.rewriteBinds(count)
  }
  measure("ParameterValues: link and client compared", nanoseconds: 10) { tables, count in
    tables.compareSettings(count)
  }
  measure("WaitQueue: pop and push", nanoseconds: 10) { tables, count in
    tables.waitAndServe(count)
  }
  measure("StatementRegistry: a known statement of 70 bytes", nanoseconds: 110) { tables, count in
    Int(truncatingIfNeeded: try tables.intern(count))
  }
}

@Sendable private func measure(
  _ name: String, nanoseconds limit: Double,
  _ work: @escaping @Sendable (inout PoolingTables, Int) throws -> Int
) {
  Benchmark(name) { (benchmark, fixture: PoolingFixture) in
    let before = allocation_count()
    benchmark.startMeasurement()
    blackHole(try work(&fixture.tables, benchmark.scaledIterations.count))
    benchmark.stopMeasurement()
    benchmark.measurement(.allocations, Int(allocation_count() - before))
  } setup: {
    let fixture = try PoolingFixture()
    let before = allocation_count()
    blackHole(try work(&fixture.tables, 10_000))
    precondition(allocation_count() == before, "\(name) allocates")
    try TimeLimit(nanoseconds: limit).require(name) { try work(&fixture.tables, $0) }
    return fixture
  }
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator in a whole batch.
  static let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: false)
}
