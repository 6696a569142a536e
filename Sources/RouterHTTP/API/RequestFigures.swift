/// What requests took over some seconds, by a histogram of them.
struct RequestFigures: Sendable, Equatable {
  /// Requests that ended, a second.
  var requestsPerSecond = 0.0
  /// What half, 95 % and 99 % of them took at most; nil where there were none.
  var p50Microseconds, p95Microseconds, p99Microseconds: Double?
}
