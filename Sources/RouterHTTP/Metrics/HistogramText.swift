internal import Telemetry

/// Writes histograms of one family: what their lines have in common is made once.
struct HistogramText {
  private let bucketStart: [UInt8]
  private let sumStart: [UInt8]
  private let countStart: [UInt8]
  /// Behind the labels of a bucket's line, by bucket: `,le="0.25"} `.
  private let bucketEnds: [[UInt8]]

  /// Lines of the family `name`.
  init(_ name: String, _ bounds: HistogramBounds, _ format: MetricsText.Format) {
    bucketStart = Array("\(name)_bucket{".utf8)
    sumStart = Array("\(name)_sum{".utf8)
    countStart = Array("\(name)_count{".utf8)
    bucketEnds =
      bounds.nanoseconds.map { Self.end(of: $0, format) } + [Array(#",le="+Inf"} "#.utf8)]
  }

  private static func end(of bound: UInt64, _ format: MetricsText.Format) -> [UInt8] {
    var bytes = Array(#",le=""#.utf8)
    MetricValue.append(seconds: bound, to: &bytes)
    // OpenMetrics has bounds as floating-point numbers.
    if format == .openMetrics, bound % 1_000_000_000 == 0 { bytes += ".0".utf8 }
    return bytes + Array(#""} "#.utf8)
  }

  /// Adds the lines of one histogram.
  ///
  /// - Precondition: there is a label, and the counts have the bounds of this.
  func write(_ counts: HistogramCounts, _ labels: MetricLabels, to text: inout [UInt8]) {
    precondition(counts.buckets.count == bucketEnds.count && !labels.bytes.isEmpty)
    var total: UInt64 = 0
    for (bucket, end) in zip(counts.buckets, bucketEnds) {
      total &+= bucket
      text += bucketStart
      text += labels.bytes
      text += end
      MetricValue.append(total, to: &text)
      text.append(UInt8(ascii: "\n"))
    }
    write(.nanoseconds(counts.sumNanoseconds), sumStart, labels, to: &text)
    write(.count(total), countStart, labels, to: &text)
  }

  private func write(
    _ value: MetricValue, _ start: [UInt8], _ labels: MetricLabels, to text: inout [UInt8]
  ) {
    text += start
    text += labels.bytes
    text += #"} "#.utf8
    value.append(to: &text)
    text.append(UInt8(ascii: "\n"))
  }
}
