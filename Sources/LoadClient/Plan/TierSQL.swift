internal import LoadScenario

/// The statements about tiers, which a router that shares server connections understands as simple
/// queries.
enum TierSQL {
  static let strong = "strong"
  static let showRoute = "SHOW shardway.route"
  static let begin = "BEGIN"
  static let commit = "COMMIT"
  static let rollback = "ROLLBACK"

  /// Gives the session a tier; nil is that of the tenant's policy.
  static func set(_ tier: String?) -> String { "SET shardway.consistency = \(quoted(tier))" }

  /// Gives a transaction a tier, before its first statement.
  static func setLocal(_ tier: String) -> String {
    "SET LOCAL shardway.consistency = \(quoted(tier))"
  }

  /// The tier of reads that may be so old.
  static func bounded(_ bound: Duration) -> String {
    let (seconds, attoseconds) = bound.components
    let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    return "bounded:\(milliseconds)ms"
  }

  private static func quoted(_ tier: String?) -> String {
    guard let tier else { return "DEFAULT" }
    return "'"
      + tier.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
