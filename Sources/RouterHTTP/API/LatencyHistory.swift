import DataPlane
import HotTenants
import RouterAPI
import Routing
import ShardMap
import Telemetry

/// Looks at the router once a second, and keeps what it saw for ten minutes.
actor LatencyHistory {
  /// What requests took in the last few seconds, altogether and by shard.
  struct Figures: Sendable {
    var all: RequestFigures?
    var shards: [String: RequestFigures] = [:]
  }

  private let view: RouterView
  private let pages: [HistogramPage]
  private var meter: RequestMeter?
  private var series = LatencySeries()
  private(set) var newest = Figures()
  private var failures: UInt64
  private var lookedAt: MonotonicTime

  /// Begins; it ends with the program.
  init(_ view: RouterView) {
    self.view = view
    pages = view.reports.compactMap { $0.requests?.latencies }
    meter = pages.first.map { RequestMeter(bounds: $0.bounds) }
    failures = Self.failures(view)
    lookedAt = LiveClock.now
    LoopExecutor.task { [weak self] in
      var next = ContinuousClock.now
      while true {
        next += APILimits.step
        // No look is made up for that the thread had no time for: the next is a whole step away.
        if next <= .now { next = .now + APILimits.step }
        await LoopExecutor.pause(until: next)
        guard let self else { return }
        await look()
      }
    }
  }

  /// The points behind a moment.
  func document(after moment: Int64) -> LatencyDocument {
    LatencyDocument(
      stepMilliseconds: Int(APILimits.step / .milliseconds(1)),
      points: series.points(after: moment))
  }

  private func look() {
    let now = LiveClock.now
    let seconds = max(Double(now.nanoseconds(since: lookedAt)) / 1e9, 0.001)
    lookedAt = now
    measure(after: seconds)
    let failed = Self.failures(view)
    let second = meter?.lastLook
    let freshness = view.freshness
    series.add(
      LatencyDocument.Point(
        atMilliseconds: LiveClock.wallMicroseconds / 1000,
        transactionsPerSecond: view.tenants.totals.transactionsPerSecond,
        p50Microseconds: second?.p50Microseconds, p95Microseconds: second?.p95Microseconds,
        p99Microseconds: second?.p99Microseconds,
        failuresPerSecond: Double(failed &- failures) / seconds,
        mapAgeMilliseconds: freshness.isRuled ? freshness.age.milliseconds : nil,
        longestLagMilliseconds: longestLag))
    failures = failed
  }

  /// Takes what workers have measured since the last look.
  private func measure(after seconds: Double) {
    guard let bounds = pages.first?.bounds else { return }
    meter?.note(RequestMeter.Counts(pages, bounds), after: seconds)
    let names = view.router.shardNames
    newest.all = meter?.all
    newest.shards = [:]
    for (number, figures) in meter?.shards ?? [:] where number < names.count {
      newest.shards[names[number]] = figures
    }
  }

  private var longestLag: UInt64? {
    guard view.router.settings.probes != nil else { return nil }
    return view.router.probeSummary.longestLagNanoseconds.map { $0 / 1_000_000 }
  }

  /// Clients that were not let in, and requests that did not get to their end; not those whose clients
  /// had left.
  private static func failures(_ view: RouterView) -> UInt64 {
    RequestOutcome.allCases.filter { $0 != .served && $0 != .abandoned }
      .reduce(view.count(.refused)) { $0 + view.count($1.counter) }
  }
}
