import AllocationCount
import Benchmark
import LoopbackWorker
import TimeLimit

/// What the worker costs for each message that it relays, without a kernel around it.
///
/// A sample is a batch of a thousand messages, queries and answers alike; wall-clock figures are for
/// one message. They include the loopback kernel's own share, above all the copy of each message into
/// a receive buffer: nearly all of the figure for 64 KiB. A relay that allocates, or that takes longer
/// than its limit, fails the benchmark.
///
/// The generic worker is not specialized for a kernel of another module, as the router's is for
/// io_uring: these figures are an upper bound (compiled in one module it took 66 ns a message where this
/// says 105). What the released router takes, in instructions and in front of a real server,
/// `Tools/count` tells.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations], warmupIterations: 20, scalingFactor: .kilo,
    maxDuration: .seconds(5), maxIterations: 5_000)

  // With the most that a message may take, in nanoseconds.
  let loads:
    [(name: String, sessions: Int, messageBytes: Int, servers: Int?, nanoseconds: Double)] = [
      ("64 B, 1 session", 1, 64, nil, 200),
      ("64 B, 64 sessions", 64, 64, nil, 150),
      ("64 KiB, 1 session", 1, 64 * 1024, nil, 20_000),
      // Half of these messages borrow a server connection, the other half give it back.
      ("64 B, 1 session on a shared server", 1, 64, 1, 900),
      ("64 B, 64 sessions on 8 shared servers", 64, 64, 8, 900),
    ]
  for load in loads {
    Benchmark("Relayed message of \(load.name)") { (benchmark, run: LoopbackRun) in
      let before = allocation_count()
      benchmark.startMeasurement()
      run.relay(messages: benchmark.scaledIterations.count)
      benchmark.stopMeasurement()
      benchmark.measurement(.allocations, Int(allocation_count() - before))
    } setup: {
      let run = try LoopbackRun(
        sessions: load.sessions, messageBytes: load.messageBytes, sharing: load.servers)
      run.requireNoAllocation(messages: 10_000)
      TimeLimit(nanoseconds: load.nanoseconds).require(load.name) { run.relay(messages: $0) }
      return run
    }
  }
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator in a whole batch.
  static let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: false)
}
