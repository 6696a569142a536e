/// How often each time was seen: what is left of a histogram once nothing more is recorded; in JSON two arrays.
public struct LatencyCounts: Sendable, Equatable, Codable {
  /// Times, ascending, in nanoseconds.
  public private(set) var nanoseconds: [UInt64]
  /// How often each was seen; as many as there are times.
  public private(set) var counts: [UInt64]

  /// None.
  public init() {
    nanoseconds = []
    counts = []
  }
}
