internal import NIOCore

/// Bounds on what a scrape is and costs.
public enum MetricsLimits {
  /// Scrapes at a time; one more is told to come again.
  public static let scrapes = 3
  /// Bytes that are written at once: the rest waits until the client has taken them.
  static let pieceBytes = 256 << 10
  /// How long a scrape waits for the workers' census. Of one that has not answered by then its last
  /// one is told.
  static let censusWait: Duration = .milliseconds(25)
  /// Between two looks whether all have answered.
  static let censusLook: TimeAmount = .milliseconds(1)
  /// Tenants that have samples of their own.
  public static let tenants = 20
  /// Instances that have samples of their own.
  public static let instances = 8192
  /// Shards in a mode that have samples of their own.
  public static let modes = 1024
  /// Certificates that have samples of their own.
  public static let certificates = 64
}
