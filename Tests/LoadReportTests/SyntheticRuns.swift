import Foundation
import LoadModel
import LoadResults

/// Runs as a fleet would give them, made up from a seed.
struct SyntheticRun {
  var seconds = 60
  var rate = 500.0
  var tenants = 6
  var slowness = 1.0
  /// A primary dies here, and is replaced some seconds later; nil lets it live.
  var outage: Range<Double>? = 24..<27.5
  private var random = RandomSource(seed: 7)

  init() {}

  /// Two loads, faults, staleness, errors, verdicts.
  static let failover = {
    var run = SyntheticRun()
    var premium = run.load("premium", rate: 180, connections: 8)
    premium.alone = run.alone()
    var reads = run.load("bounded-reads", rate: 520, connections: 32)
    reads.consistency = run.consistency()
    var result = run.result("failover", [premium, reads])
    result.about =
      "A shard's primary dies under load, and its first replica is promoted: how long do writes"
      + " wait, what fails, and does anybody read what is too old?"
    result.faults = [
      FaultMark(title: "control-plane-stop", from: 8, to: 16),
      FaultMark(title: "replay-pause s2", from: 12, to: 20.4),
      FaultMark(title: "primary-kill s1", from: 24, to: 27.5),
      FaultMark(
        title: "tenant-move acme s2", from: 40, to: nil,
        failure: "the shard \"s2\" was not reachable"),
      FaultMark(title: "connection-resets 25.0 %", from: 50, to: 50),
    ]
    result.remarks = ["1 of 5 faults could not be done."]
    result.verdicts = [
      Verdict(objective: "p99 < 50 ms for premium", measured: "1.92 s", holds: false),
      Verdict(objective: "error rate < 1 %", measured: "0.412 %", holds: true),
      Verdict(objective: "staleness violations = 0", measured: "0 of 31,200 reads", holds: true),
      Verdict(
        objective: "premium p99 <= 1.2 x alone", measured: "–", holds: false,
        reason: "the load did not complete a transaction when it ran alone"),
      Verdict(objective: "schedule error p99 < 1 ms", measured: "212 µs", holds: true),
    ]
    return result
  }()

  /// One load without a fault, one tenant, everything holds.
  static func smoke(slowness: Double = 1, seed: UInt64 = 7) -> RunResult {
    var run = SyntheticRun()
    run.random = RandomSource(seed: seed)
    run.seconds = 30
    run.outage = nil
    run.tenants = 1
    run.slowness = slowness
    var result = run.result("smoke", [run.load("main", rate: 800, connections: 4)])
    result.verdicts = [Verdict(objective: "p99 < 20 ms", measured: "3.21 ms", holds: true)]
    return result
  }

  /// Twenty minutes, 10,000 tenants by Zipf.
  static let capacity = {
    var run = SyntheticRun()
    run.seconds = 1_200
    run.outage = 400..<460
    run.tenants = 10_000
    var result = run.result("capacity", [run.load("shared", rate: 40, connections: 5_000)])
    result.faults = [FaultMark(title: "router-restart", from: 400, to: 460)]
    return result
  }()

  mutating func result(_ name: String, _ loads: [LoadResult]) -> RunResult {
    var delay = LatencyHistogram()
    for _ in 0..<5_000 { delay.record(nanoseconds: UInt64(30_000 * exp(0.7 * normal()))) }
    return RunResult(
      scenario: name, about: "A made-up run.",
      target: "127.0.0.1:6432, postgres, encryption off",
      startedAtMilliseconds: 1_796_000_000_000, seconds: Double(seconds), seed: 42, workers: 2,
      machine: "Linux 6.18, 2 × made-up processor", ending: .complete, windowSeconds: 1,
      loads: loads, scheduleError: delay.counts)
  }

  mutating func load(_ name: String, rate: Double, connections: Int) -> LoadResult {
    var (latency, service) = (LatencyHistogram(), LatencyHistogram())
    var errors: [String: Int] = [:]
    var windows: [WindowResult] = []
    var tally = [Int](repeating: 0, count: tenants)
    var (due, completed) = (0, 0)
    for second in 0..<seconds {
      let window = window(Double(second), rate, &latency, &service)
      windows.append(window)
      due += window.due
      completed += window.completed
      errors.merge(window.errorsByCause, uniquingKeysWith: +)
      for _ in 0..<window.completed {
        let place = Double(tenants) * pow(random.unit(), 3)
        tally[min(tenants - 1, Int(place))] += 1
      }
    }
    return LoadResult(
      name: name, connections: connections, due: completed + errors.values.reduce(0, +),
      completed: completed, errors: errors, latency: latency.counts, service: service.counts,
      connecting: connecting(connections), windows: windows, tenants: tenantResults(tally))
  }

  private mutating func window(
    _ at: Double, _ rate: Double, _ latency: inout LatencyHistogram,
    _ service: inout LatencyHistogram
  ) -> WindowResult {
    let due = max(0, Int((rate + rate.squareRoot() * normal()).rounded()))
    let isOut = outage.map { $0.contains(at) } ?? false
    let isAfter = outage.map { ($0.upperBound..<$0.upperBound + 1).contains(at) } ?? false
    var histogram = LatencyHistogram()
    var errors: [String: Int] = [:]
    for _ in 0..<due {
      if isOut {
        let cause = random.unit() < 0.6 ? nil : random.unit() < 0.7 ? "57P01" : "connect: refused"
        if let cause { errors[cause, default: 0] += 1 }
        continue
      }
      if random.unit() < 0.000_3 { errors["40001", default: 0] += 1 }
      let own = 1.4e6 * slowness * exp(0.35 * normal()) * (random.unit() < 0.01 ? 6 : 1)
      let waited =
        isAfter ? random.unit() * ((outage?.upperBound ?? 0) - (outage?.lowerBound ?? 0)) : 0
      service.record(nanoseconds: UInt64(own))
      latency.record(nanoseconds: UInt64(own + waited * 1e9))
      histogram.record(nanoseconds: UInt64(own + waited * 1e9))
    }
    return WindowResult(
      at: at, due: due, completed: histogram.count, errors: errors.values.reduce(0, +),
      errorsByCause: errors, latency: histogram.counts)
  }

  private mutating func tenantResults(_ tally: [Int]) -> [TenantResult] {
    let names = ["acme", "birch", "cedar", "dune", "ember", "fjord"]
    return tally.enumerated().map { index, completed in
      let p50 = completed == 0 ? 0 : 1.4 * slowness * exp(0.05 * normal())
      return TenantResult(
        name: index < names.count ? names[index] : "tenant-\(index + 1)", completed: completed,
        errors: index % 7 == 1 ? completed / 100 : 0, p50Milliseconds: p50,
        p99Milliseconds: p50 * 3 * exp(0.3 * abs(normal())))
    }
  }

  private mutating func connecting(_ connections: Int) -> LatencyCounts {
    var histogram = LatencyHistogram()
    for _ in 0..<connections { histogram.record(nanoseconds: UInt64(4e6 * exp(0.4 * normal()))) }
    return histogram.counts
  }

  private mutating func alone() -> LatencyCounts {
    var histogram = LatencyHistogram()
    for _ in 0..<2_000 { histogram.record(nanoseconds: UInt64(1.1e6 * exp(0.25 * normal()))) }
    return histogram.counts
  }

  private mutating func consistency() -> ConsistencyResult {
    var (proven, measured): ([Double], [Double]) = ([], [])
    for _ in 0..<2_500 {
      let age = min(480, 60 * exp(0.9 * normal()))
      let isSaid = random.unit() > 0.04
      proven.append(isSaid ? age : -1)
      measured.append(max(0.2, age * random.unit() * (random.unit() < 0.002 ? 1.6 : 1)))
    }
    return ConsistencyResult(
      staleness: .init(
        boundMilliseconds: 500, measuredMilliseconds: measured, provenMilliseconds: proven,
        reads: 31_200, readsOnReplica: 24_918, violations: 0,
        oldestMilliseconds: measured.max() ?? 0), ownWriteReads: 4_000)
  }

  private mutating func normal() -> Double {
    (-2 * log(random.unit())).squareRoot() * cos(2 * .pi * random.unit())
  }
}
