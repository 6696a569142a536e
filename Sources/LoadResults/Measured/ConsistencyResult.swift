/// What the checkers of a load found.
public struct ConsistencyResult: Sendable, Codable {
  /// How old one read was allowed, said and found to be.
  public struct Staleness: Sendable, Codable {
    /// The bound of its tier.
    public var boundMilliseconds: Double
    /// Measured ages, milliseconds, of the reads that lacked something; at most ``limit``, evenly
    /// sampled.
    public var measuredMilliseconds: [Double]
    /// What the router said it had proven for the same read, milliseconds; as long as
    /// ``measuredMilliseconds``; −1 where it said nothing.
    public var provenMilliseconds: [Double]
    /// Reads that were checked.
    public var reads: Int
    /// Reads that a replica answered.
    public var readsOnReplica: Int
    /// Reads that were older than the bound.
    public var violations: Int
    /// The greatest age that was measured, milliseconds; 0 if no read lacked anything.
    public var oldestMilliseconds: Double

    /// Most samples that are kept.
    public static let limit = 4_000

    /// How old reads were allowed, said and found to be.
    public init(
      boundMilliseconds: Double, measuredMilliseconds: [Double], provenMilliseconds: [Double],
      reads: Int, readsOnReplica: Int, violations: Int, oldestMilliseconds: Double
    ) {
      self.boundMilliseconds = boundMilliseconds
      self.measuredMilliseconds = measuredMilliseconds
      self.provenMilliseconds = provenMilliseconds
      self.reads = reads
      self.readsOnReplica = readsOnReplica
      self.violations = violations
      self.oldestMilliseconds = oldestMilliseconds
    }
  }

  /// Of the staleness checker; nil if the load has none.
  public var staleness: Staleness?
  /// Reads of the read-your-write checker.
  public var ownWriteReads: Int
  /// Those that lacked the session's own write.
  public var ownWriteViolations: Int

  /// What the checkers of a load found.
  public init(staleness: Staleness? = nil, ownWriteReads: Int = 0, ownWriteViolations: Int = 0) {
    self.staleness = staleness
    self.ownWriteReads = ownWriteReads
    self.ownWriteViolations = ownWriteViolations
  }
}
