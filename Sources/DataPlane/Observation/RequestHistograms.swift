public import ShardMap
public import Telemetry

/// Of which requests a series of histograms tells.
public struct RequestSeries: Sendable, Hashable {
  /// The shard's number in the ``ShardRegister``.
  public let shard: Int
  /// The tier in force.
  public let tier: TierName
  /// How they ended.
  public let outcome: RequestOutcome

  /// Names a series.
  public init(shard: Int, tier: TierName, outcome: RequestOutcome) {
    (self.shard, self.tier, self.outcome) = (shard, tier, outcome)
  }

  /// Reads what ``label`` has written; nil for anything else.
  public init?(label: UInt64) {
    guard let tier = TierName(rawValue: UInt8(truncatingIfNeeded: label >> 3 & 3)),
      let outcome = RequestOutcome(rawValue: UInt8(truncatingIfNeeded: label & 7))
    else { return nil }
    self.init(shard: Int(label >> 5), tier: tier, outcome: outcome)
  }

  /// The series as a number: outcome (three bits), tier (two) and shard, from the lowest bits up.
  public var label: UInt64 {
    UInt64(shard) << 5 | UInt64(tier.rawValue) << 3 | UInt64(outcome.rawValue)
  }
}

/// The tiers' names without their bounds.
public enum TierName: UInt8, CaseIterable, Sendable {
  case strong, session, bounded, eventual

  /// The name of a tier.
  public init(_ tier: Consistency) {
    switch tier {
    case .strong: self = .strong
    case .session: self = .session
    case .bounded: self = .bounded
    case .eventual: self = .eventual
    }
  }

  /// The stable text.
  public var name: String {
    switch self {
    case .strong: "strong"
    case .session: "session"
    case .bounded: "bounded"
    case .eventual: "eventual"
    }
  }
}

/// What a worker has measured of requests, for others to read: how long they took from their first
/// byte until the server was ready again, and how long of that they had no server. Both have the same
/// series, by ``RequestSeries/label``.
public final class RequestHistograms: Sendable {
  /// Series of one worker. Beyond, requests are counted with those of shard ``ShardRegister/others``.
  public static let seriesLimit = 8192

  /// How long requests took.
  public let latencies: HistogramPage
  /// How long they waited for a server.
  public let waits: HistogramPage

  /// Histograms without series.
  public init(bounds: HistogramBounds) {
    latencies = HistogramPage(bounds: bounds, capacity: Self.seriesLimit)
    waits = HistogramPage(bounds: bounds, capacity: Self.seriesLimit)
  }

  /// Adds a series to both; nil when there is no room.
  func add(_ series: RequestSeries) -> Int? {
    guard let place = latencies.add(label: series.label) else { return nil }
    return waits.add(label: series.label).map {
      precondition($0 == place, "both have the same series")
      return place
    }
  }
}
