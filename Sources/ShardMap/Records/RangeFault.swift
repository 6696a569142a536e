/// A number of a policy that is out of its range.
public struct RangeFault: Hashable, Sendable {
  /// What a number counts.
  public enum Unit: Sendable {
    case plain, milliseconds
  }

  /// The field as documents name it, such as `burst`.
  public let field: String
  /// The number.
  public let value: UInt64
  /// What it may be.
  public let range: ClosedRange<UInt64>
  /// What it counts.
  public let unit: Unit

  /// The fault of a field, or nil when there is no value or it is in the range.
  fileprivate init?<Value: FixedWidthInteger>(
    _ field: String, _ value: Value?, _ range: ClosedRange<Value>, _ unit: Unit = .plain
  ) {
    guard let value, !range.contains(value) else { return nil }
    self.field = field
    self.value = UInt64(value)
    self.range = UInt64(range.lowerBound)...UInt64(range.upperBound)
    self.unit = unit
  }
}

extension Envelope {
  /// Its numbers that are out of their ranges in ``MapLimits``, in the order of the fields.
  public var faults: [RangeFault] {
    [
      RangeFault("transactionsPerSecond", transactionsPerSecond, MapLimits.envelopeCount),
      RangeFault("burst", transactionBurst, MapLimits.envelopeCount),
      RangeFault("clientConnections", clientConnections, MapLimits.envelopeCount),
      RangeFault(
        "connectionAttemptsPerSecond", connectionAttemptsPerSecond, MapLimits.envelopeCount),
      RangeFault("serverConnections", serverConnections, MapLimits.envelopeCount),
      RangeFault("bytesInPerSecond", bytesInPerSecond, MapLimits.envelopeBytes),
      RangeFault("bytesOutPerSecond", bytesOutPerSecond, MapLimits.envelopeBytes),
      RangeFault("maxDelay", maxDelayMilliseconds, MapLimits.maxDelayMilliseconds, .milliseconds),
      RangeFault("weight", weight, MapLimits.envelopeWeight),
    ].compactMap(\.self)
  }
}

extension DegradationRules {
  /// Its numbers that are out of their ranges.
  public var faults: [RangeFault] {
    [
      RangeFault(
        "relaxedBound", relaxedBoundMilliseconds, 0...Consistency.longestBoundMilliseconds,
        .milliseconds)
    ].compactMap(\.self)
  }
}

extension HotTenantRules {
  /// Its numbers that are out of their ranges, in the order of the fields.
  public var faults: [RangeFault] {
    [
      RangeFault("shardTimePercent", shardTimePercent, 1...100),
      RangeFault("p95", p95Milliseconds, MapLimits.hotTenantMilliseconds, .milliseconds),
      RangeFault(
        "sustained", sustainedMilliseconds, MapLimits.hotTenantMilliseconds, .milliseconds),
      RangeFault("coolDown", coolDownMilliseconds, MapLimits.hotTenantMilliseconds, .milliseconds),
      RangeFault("tightenPercent", tightenPercent, 1...100),
    ].compactMap(\.self)
  }
}
