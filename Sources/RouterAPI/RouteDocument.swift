/// `GET /api/v1/route?tenant=T`: where the tenant's work would go now in each tier, and why.
public struct RouteDocument: Codable, Sendable, Equatable {
  /// The tenant that was asked for.
  public var tenant: String
  /// Of the map that decided.
  public var mapVersion: UInt64
  /// Its shard; nil where the map doesn't have the tenant.
  public var shard: String?
  /// Its policy; nil where the map doesn't have the tenant.
  public var policy: String?
  /// The tier of its policy first, then the others.
  public var decisions: [Decision]

  /// Decisions for a tenant.
  public init(
    tenant: String, mapVersion: UInt64, shard: String?, policy: String?, decisions: [Decision]
  ) {
    self.tenant = tenant
    self.mapVersion = mapVersion
    self.shard = shard
    self.policy = policy
    self.decisions = decisions
  }

  /// The decision for one tier.
  public struct Decision: Codable, Sendable, Equatable {
    /// The tier that was asked for.
    public var tierAsked: String
    /// Whether it is the one of the tenant's policy.
    public var isOfPolicy: Bool
    /// The tier in force, as the mode in force has it; nil where the decision ended before.
    public var tier: String?
    /// What is taken away; nil where that is nothing.
    public var mode: ModesDocument.Mode?
    /// The instance that was taken; nil where the work is refused.
    public var instance: String?
    /// The stable name of the reason of the route, or of the refusal.
    public var reason: String
    /// The reason in a sentence.
    public var explanation: String
    /// What to do about a refusal.
    public var hint: String?
    /// Marks of the route, such as `stale-map`.
    public var marks: [String]
    /// Whether ejections were ignored because too few replicas are healthy.
    public var isPanicking: Bool
    /// The primary first, each with why it was taken or left.
    public var candidates: [Candidate]

    /// A decision from its parts.
    public init(
      tierAsked: String, isOfPolicy: Bool, tier: String?, mode: ModesDocument.Mode?,
      instance: String?, reason: String, explanation: String, hint: String?, marks: [String],
      isPanicking: Bool, candidates: [Candidate]
    ) {
      self.tierAsked = tierAsked
      self.isOfPolicy = isOfPolicy
      self.tier = tier
      self.mode = mode
      self.instance = instance
      self.reason = reason
      self.explanation = explanation
      self.hint = hint
      self.marks = marks
      self.isPanicking = isPanicking
      self.candidates = candidates
    }
  }

  /// An instance in a decision.
  public struct Candidate: Codable, Sendable, Equatable {
    /// Its id, and what it is by the map: `primary` or `replica`.
    public var instance, role: String
    /// Where it runs.
    public var region, zone: String
    /// `same-zone`, `same-region` or `other-region`.
    public var distance: String
    /// How far it may lag behind at most; nil for a primary, and where nothing is proven.
    public var lagMilliseconds: UInt64?
    /// Whether it was taken.
    public var isTaken: Bool
    /// Why it was taken or left: a stable name, and a sentence.
    public var reason, explanation: String

    /// A candidate from its parts.
    public init(
      instance: String, role: String, region: String, zone: String, distance: String,
      lagMilliseconds: UInt64?, isTaken: Bool, reason: String, explanation: String
    ) {
      self.instance = instance
      self.role = role
      self.region = region
      self.zone = zone
      self.distance = distance
      self.lagMilliseconds = lagMilliseconds
      self.isTaken = isTaken
      self.reason = reason
      self.explanation = explanation
    }
  }
}
