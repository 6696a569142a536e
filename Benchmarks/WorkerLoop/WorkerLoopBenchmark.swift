import AllocationCount
import Benchmark
import LoopbackWorker

/// What the worker costs for each message that it relays, without a kernel around it.
///
/// A sample is a batch of a thousand messages, queries and answers alike; wall-clock figures are for
/// one message. They include the loopback kernel's own share, above all the copy of each message into
/// a receive buffer: nearly all of the figure for 64 KiB. A relay that allocates fails the benchmark.
///
/// The generic worker is not specialized for a kernel of another module, as the router's is for
/// io_uring: these figures are an upper bound (compiled in one module it took 66 ns a message where this
/// says 105). What the released router takes, in instructions and in front of a real server,
/// `Tools/count` tells.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations], warmupIterations: 20, scalingFactor: .kilo,
    maxDuration: .seconds(5), maxIterations: 5_000)

  let loads = [
    (name: "64 B, 1 session", sessions: 1, messageBytes: 64),
    (name: "64 B, 64 sessions", sessions: 64, messageBytes: 64),
    (name: "64 KiB, 1 session", sessions: 1, messageBytes: 64 * 1024),
  ]
  for load in loads {
    Benchmark("Relayed message of \(load.name)") { (benchmark, run: LoopbackRun) in
      let before = allocation_count()
      benchmark.startMeasurement()
      run.relay(messages: benchmark.scaledIterations.count)
      benchmark.stopMeasurement()
      benchmark.measurement(.allocations, Int(allocation_count() - before))
    } setup: {
      let run = try LoopbackRun(sessions: load.sessions, messageBytes: load.messageBytes)
      run.requireNoAllocation(messages: 10_000)
      return run
    }
  }
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator in a whole batch.
  static let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: false)
}
