import Routing
import Telemetry

/// What tenants' limits do: `SHOW LIMITS`.
extension AdminView {
  /// For each worker, how often each limit was met, and the tenants of which most sessions wait for it now.
  func limits() -> [[String?]] {
    context.workers.enumerated().flatMap { number, worker in
      let answer = answers.first { $0.worker == number }
      return EnvelopeLimit.allCases.flatMap { limit in
        [sums(of: limit, number, worker.report.counters)]
          + (answer?.delayed.filter { $0.limit == limit }.map { row(of: $0, number) } ?? [])
      }
    }
  }

  private func sums(
    of limit: EnvelopeLimit, _ worker: Int, _ counters: CounterPage<WorkerCounter>
  ) -> [String?] {
    [
      "\(worker)", limit.name, "\(counters.value(limit.hits))",
      limit.refusals.map { "\(counters.value($0))" }, nil, nil, nil,
    ]
  }

  private func row(of delayed: DelayedRow, _ worker: Int) -> [String?] {
    [
      "\(worker)", delayed.limit.name, nil, nil, Self.text(delayed.tenant), "\(delayed.waiting)",
      "\(now.nanoseconds(since: delayed.since) / 1000)",
    ]
  }
}
