/// How long it took from commits to their use by a router's last worker, in milliseconds.
struct PropagationHistogram: Hashable, Sendable {
  /// Upper bounds of the buckets in milliseconds, ends included; one more bucket is above the last.
  static let bounds: [Int64] = [
    1, 2, 3, 5, 7, 10, 15, 20, 25, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000,
    3_000, 5_000, 7_500, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
    3_600_000,
  ]

  /// Samples by bucket: one for each bound, and those above.
  var counts = Array(repeating: Int64(0), count: bounds.count + 1)

  /// The bucket of a sample. One from before its commit tells of clocks that disagree: it counts as 0.
  static func bucket(ofMicroseconds latency: Int64) -> Int {
    let bound = bounds.firstIndex { latency <= $0 * 1_000 }
    return bound ?? bounds.count
  }

  /// All samples.
  var count: Int64 { counts.reduce(0, +) }

  /// The latency in milliseconds that a share of the samples doesn't exceed, read linearly inside its
  /// bucket; nil without samples.
  func quantile(_ share: Double) -> Double? {
    let total = count
    guard total > 0 else { return nil }
    let rank = share * Double(total)
    var below: Int64 = 0
    for (index, samples) in counts.enumerated() where samples > 0 {
      if Double(below + samples) >= rank {
        let lower = index == 0 ? 0 : Double(Self.bounds[index - 1])
        guard index < Self.bounds.count else { return lower }
        let upper = Double(Self.bounds[index])
        return lower + (upper - lower) * max(0, rank - Double(below)) / Double(samples)
      }
      below += samples
    }
    return Self.bounds.last.map(Double.init)
  }
}
