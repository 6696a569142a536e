/// Why a map can't be laid out. A validated document causes none of these.
public enum MapBuildError: Error, Hashable, Sendable {
  /// An id, or a database name, is empty or longer than ``MapLimits/identifierBytes``.
  case badName(String)
  /// An index was given that no record has.
  case danglingIndex(String)
  /// A policy's TTL or end of use is out of its range, or the end comes before the TTL.
  case badFreshness(policy: String)
  /// A policy's tier, or its read tier, has a bound of zero or of more than a day.
  case badTier(policy: String)
  /// A policy's budget of reads on primaries is more than all of them.
  case badReadBudget(policy: String)
  /// A field of a resource is out of its range.
  case badField(of: String, String)
  /// Two tenants have this id.
  case duplicateTenant(String)
  /// There is more of something than ``MapLimits`` allows.
  case overLimit(String, Int, limit: Int)
  /// The ids collide under every seed that was tried.
  case noSeed(attempts: Int)
  /// The file could not be written.
  case file(MapFileError)
}

extension MapBuildError: CustomStringConvertible {
  /// What happened, why, and what to do.
  public var description: String {
    switch self {
    case .badName(let name):
      "the name \"\(name)\" is not 1 to \(MapLimits.identifierBytes) bytes long; shorten it"
    case .danglingIndex(let what):
      "\(what) refers to a record that was not added; add what is referred to first"
    case .badFreshness(let policy):
      "a freshness bound of policy \"\(policy)\" is not 100 ms to 30 days, or ends before its TTL; "
        + "correct the policy"
    case .badTier(let policy):
      "a bounded tier of policy \"\(policy)\" is not 1 ms to 24 h; correct the policy"
    case .badReadBudget(let policy):
      "primaryReadBudgetPercent of policy \"\(policy)\" is above 100; correct the policy"
    case .badField(let resource, let field):
      "\(field) of \(resource) is out of its range; correct it"
    case .duplicateTenant(let id):
      "two tenants have the id \"\(id)\"; remove or rename one"
    case .overLimit(let name, let value, let limit):
      "the map has \(value) for \(name), and the limit is \(limit); split the fleet"
    case .noSeed(let attempts):
      "the tenant ids collide under each of \(attempts) hash seeds; report this map as a fault"
    case .file(let error):
      error.description
    }
  }
}
