/// The percentiles of some times, denser towards the longest, as HdrHistogram's tools read and plot
/// them (`.hgrm`).
///
/// Source: HdrHistogram's percentile iterator and `outputPercentileDistribution`.
public struct PercentileDistribution: Sendable {
  /// A line of the distribution.
  public struct Step: Sendable, Equatable {
    /// The time that ``percentile`` of all don't exceed.
    public var nanoseconds: UInt64
    /// 0 to 100.
    public var percentile: Double
    /// How many times don't exceed ``nanoseconds``.
    public var count: Int
  }

  /// Steps between two halvings of the distance to 100 %.
  private static let stepsPerHalving = 5.0

  /// In order of percentiles; the last is 100 %; none if nothing was counted.
  public private(set) var steps: [Step] = []
  private let counts: LatencyCounts

  /// The percentiles of what was counted.
  ///
  /// - Complexity: O(n) of the different times, and O(log n) of all.
  public init(_ counts: LatencyCounts) {
    self.counts = counts
    let total = Double(counts.total)
    var level = 0.0
    var seen: UInt64 = 0
    for (time, count) in zip(counts.nanoseconds, counts.counts) {
      seen += count
      let reached = Double(seen) / total * 100
      while level <= reached, level < 100 {
        steps.append(Step(nanoseconds: time, percentile: level, count: Int(seen)))
        level += Self.distance(from: level)
        // One step at the longest is enough: the distance to 100 halves for ever.
        if reached == 100 { break }
      }
    }
    if let longest = counts.max {
      steps.append(Step(nanoseconds: longest, percentile: 100, count: counts.total))
    }
  }

  /// From a percentile to the next: half as long each time that the distance to 100 has halved.
  private static func distance(from level: Double) -> Double {
    var halvings = 2.0
    while halvings * (100 - level) <= 100 { halvings *= 2 }
    return 100 / (stepsPerHalving * halvings)
  }

  /// The text of an `.hgrm` file, in milliseconds.
  public var hgrm: String {
    var lines = ["       Value     Percentile TotalCount 1/(1-Percentile)", ""]
    for step in steps {
      let share = step.percentile / 100
      let line =
        Self.column(Double(step.nanoseconds) / 1e6, 6, width: 12)
        + " " + FigureText.plain(share, decimals: 12)
        + " " + Self.padded("\(step.count)", to: 10)
      let inverse = share < 1 ? " " + Self.column(1 / (1 - share), 2, width: 14) : ""
      lines.append(line + inverse)
    }
    let mean = counts.mean ?? 0
    lines += [
      "#[Mean    = \(Self.column(mean / 1e6, 6, width: 12)),"
        + " StdDeviation   = \(Self.column(deviation(from: mean) / 1e6, 6, width: 12))]",
      "#[Max     = \(Self.column(Double(counts.max ?? 0) / 1e6, 6, width: 12)),"
        + " Total count    = \(Self.padded("\(counts.total)", to: 12))]",
      "#[Buckets = \(Self.padded("\(counts.nanoseconds.count)", to: 12)),"
        + " SubBuckets     = \(Self.padded("2048", to: 12))]",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func deviation(from mean: Double) -> Double {
    guard counts.total > 0 else { return 0 }
    let squares = zip(counts.nanoseconds, counts.counts).reduce(0.0) { sum, bucket in
      let distance = Double(bucket.0) - mean
      return sum + distance * distance * Double(bucket.1)
    }
    return (squares / Double(counts.total)).squareRoot()
  }

  private static func column(_ value: Double, _ decimals: Int, width: Int) -> String {
    padded(FigureText.plain(value, decimals: decimals), to: width)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
