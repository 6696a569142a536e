/// Every limit of the two files that a router and its sidecar exchange beside the freshness page.
public enum RouterExchangeLimits {
  /// Longest file that is read, in bytes: all of the below at their longest fit.
  public static let fileBytes = 256 << 10

  /// Most tenants of one file.
  public static let tenants = 256

  /// Most events of one file; the next ones follow when these have been taken.
  public static let events = 32

  /// Longest text of an event, in bytes; a longer one is cut.
  public static let eventTextBytes = 240

  /// Events that a router keeps while nobody takes them; then the oldest are dropped.
  public static let eventsKept = 1_024
}
