internal import DataPlane
internal import Telemetry

/// How long requests took and waited, by shard, tier and outcome.
extension RouterMetrics {
  func writeRequests(to text: inout MetricsText) {
    let histograms = reports.compactMap(\.requests)
    guard let bounds = histograms.first?.latencies.bounds else { return }
    write(
      "shardway_request_duration_seconds",
      "From a request's first byte until its server is ready again, or it was refused.",
      histograms.map(\.latencies), bounds, to: &text)
    write(
      "shardway_request_wait_seconds",
      "What of that a request had no server: it waited for one, or for its turn.",
      histograms.map(\.waits), bounds, to: &text)
  }

  private func write(
    _ name: String, _ help: String, _ pages: [HistogramPage], _ bounds: HistogramBounds,
    to text: inout MetricsText
  ) {
    let sums = Self.sums(of: pages, bounds)
    let lines = HistogramText(name, bounds, text.format)
    let shards = view.router.shardNames
    text.family(name, .histogram, help)
    for (label, counts) in sums {
      guard let series = RequestSeries(label: label), series.shard < shards.count else { continue }
      text.sample(
        counts,
        MetricLabels(
          ("shard", shards[series.shard]), ("tier", series.tier.name),
          ("outcome", series.outcome.name)), lines)
    }
  }

  /// What all workers have counted together, by series in their order, without those that nobody has
  /// counted anything for.
  static func sums(
    of pages: [HistogramPage], _ bounds: HistogramBounds
  ) -> [(label: UInt64, counts: HistogramCounts)] {
    var places: [UInt64: Int] = [:]
    var sums: [(label: UInt64, counts: HistogramCounts)] = []
    for page in pages {
      for series in 0..<page.seriesCount {
        let label = page.label(of: series)
        let place = places[label] ?? sums.count
        if place == sums.count {
          places[label] = place
          sums.append((label, HistogramCounts(bounds: bounds)))
        }
        page.read(series, into: &sums[place].counts)
      }
    }
    return sums.filter { $0.counts.count > 0 }.sorted { $0.label < $1.label }
  }
}
