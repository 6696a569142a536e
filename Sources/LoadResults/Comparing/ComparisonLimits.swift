/// How two runs are compared.
public enum ComparisonLimits {
  /// Resamples of the bootstrap.
  public static let resamples = 2_000
  /// Windows that both runs must have before a difference can be told from noise.
  public static let leastWindows = 12
  /// Transactions of each run that must be slower than a percentile: with fewer, it is a matter of
  /// single transactions, which resampling can't vary.
  public static let leastBeyond = 10.0
  /// Most windows that are drawn from; neighbours of longer runs are taken together.
  public static let mostWindows = 240
  /// The share of the resamples that lie in the interval.
  public static let confidence = 0.95
  /// The share of the resamples that must have a figure.
  public static let usable = 0.9
  /// What a latency's histogram can't tell apart, as a share.
  public static let resolution = 0.001
}
