import DataPlane
import Telemetry

/// What requests took in the last seconds: the difference between what workers have counted by now and
/// what they had counted then. No clock: whoever has looked says how long ago the last look was.
struct RequestMeter {
  /// What was counted since the start, by the shard's number.
  typealias Counts = [Int: HistogramCounts]

  /// Seconds that figures of shards are taken over: in one second, many have too few requests.
  static let looks = 5

  private let bounds: HistogramBounds
  /// The oldest first; one more than the differences that are taken.
  private var seen: [(counts: Counts, seconds: Double)] = []

  /// Nothing was seen yet.
  init(bounds: HistogramBounds) { self.bounds = bounds }

  /// Notes what was counted by now, so many seconds after the last time.
  mutating func note(_ counts: Counts, after seconds: Double) {
    seen.append((counts, seconds))
    if seen.count > Self.looks + 1 { seen.removeFirst() }
  }

  /// Of all requests between the last two looks; nil before there were two.
  var lastLook: RequestFigures? {
    guard seen.count > 1, let last = seen.last else { return nil }
    return figures(of: total(last.counts), since: total(seen[seen.count - 2].counts), last.seconds)
  }

  /// Of all requests in the last few seconds; nil before there were two looks.
  var all: RequestFigures? {
    guard seen.count > 1, let last = seen.last else { return nil }
    return figures(of: total(last.counts), since: total(seen[0].counts), span)
  }

  /// The same by the shard's number.
  var shards: [Int: RequestFigures] {
    guard seen.count > 1, let last = seen.last else { return [:] }
    let first = seen[0].counts
    return last.counts.reduce(into: [:]) { figures, shard in
      figures[shard.key] = self.figures(
        of: shard.value, since: first[shard.key] ?? HistogramCounts(bounds: bounds), span)
    }
  }

  /// Seconds from the first look that is kept to the last one.
  private var span: Double { seen.dropFirst().reduce(0) { $0 + $1.seconds } }

  private func total(_ counts: Counts) -> HistogramCounts {
    counts.values.reduce(into: HistogramCounts(bounds: bounds)) { sum, counts in
      for bucket in counts.buckets.indices { sum.buckets[bucket] &+= counts.buckets[bucket] }
    }
  }

  private func figures(
    of counts: HistogramCounts, since before: HistogramCounts, _ seconds: Double
  ) -> RequestFigures {
    let buckets = zip(counts.buckets, before.buckets).map { $0 &- $1 }
    var figures = RequestFigures()
    figures.requestsPerSecond = Double(buckets.reduce(0, &+)) / max(seconds, 0.001)
    figures.p50Microseconds = microseconds(0.5, buckets)
    figures.p95Microseconds = microseconds(0.95, buckets)
    figures.p99Microseconds = microseconds(0.99, buckets)
    return figures
  }

  /// The time that a part of requests took at most, as if those of a bucket were spread evenly over
  /// it; the last bound where it was longer. Nil where there were none.
  private func microseconds(_ part: Double, _ buckets: [UInt64]) -> Double? {
    let rank = part * Double(buckets.reduce(0, &+))
    guard rank > 0 else { return nil }
    var seen = 0.0
    var start = 0.0
    for (count, end) in zip(buckets, bounds.nanoseconds) {
      let count = Double(count)
      if seen + count >= rank {
        return (start + (Double(end) - start) * (rank - seen) / count) / 1000
      }
      seen += count
      start = Double(end)
    }
    return start / 1000
  }
}

extension RequestMeter.Counts {
  /// What workers have counted of requests that got to a server, by shard, in all tiers.
  init(_ pages: [HistogramPage], _ bounds: HistogramBounds) {
    self.init()
    for page in pages {
      for series in 0..<page.seriesCount {
        guard let told = RequestSeries(label: page.label(of: series)),
          told.outcome == .served || told.outcome == .failed
        else { continue }
        page.read(series, into: &self[told.shard, default: HistogramCounts(bounds: bounds)])
      }
    }
  }
}
