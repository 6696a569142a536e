/// Something that has metrics to tell beside the router's own.
public protocol MetricSource: Sendable {
  /// Adds its families, each with all its samples. It runs on the HTTP server's thread and may not
  /// block; what it tells must have a bound.
  func write(to text: inout MetricsText)
}
