/// How long a pool waits between attempts that fail.
enum PoolTimeouts {
  /// After the first failure; twice as long after each further one.
  static let retry: Duration = .milliseconds(50)
  /// At most: a primary that comes back is found this soon.
  static let longestRetry: Duration = .milliseconds(500)
}
