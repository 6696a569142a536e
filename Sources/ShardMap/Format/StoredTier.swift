/// A tier as a policy's record stores it: a number for its kind, and its bound.
struct StoredTier: Equatable {
  let kind: UInt8
  /// Of `bounded`; 0 for other tiers.
  let boundMilliseconds: UInt32

  /// What stands for a tier that the policy doesn't set.
  static let absent = StoredTier(kind: MapFormat.Policy.absent, boundMilliseconds: 0)

  init(kind: UInt8, boundMilliseconds: UInt32) {
    self.kind = kind
    self.boundMilliseconds = boundMilliseconds
  }

  init(_ tier: Consistency?) {
    switch tier {
    case nil: self = .absent
    case .strong: self.init(kind: 0, boundMilliseconds: 0)
    case .eventual: self.init(kind: 1, boundMilliseconds: 0)
    case .session: self.init(kind: 2, boundMilliseconds: 0)
    case .bounded(let milliseconds): self.init(kind: 3, boundMilliseconds: milliseconds)
    }
  }

  /// The tier; nil for ``absent`` and for what no tier is stored as.
  var tier: Consistency? {
    switch (kind, boundMilliseconds) {
    case (0, 0): return .strong
    case (1, 0): return .eventual
    case (2, 0): return .session
    case (3, let milliseconds):
      let tier = Consistency.bounded(milliseconds: milliseconds)
      return tier.isValid ? tier : nil
    default: return nil
    }
  }
}

extension MapBytes {
  /// The tier of a policy's record.
  func tier(ofPolicyAt record: Int) -> StoredTier {
    StoredTier(
      kind: load(at: record + MapFormat.Policy.tier, as: UInt8.self),
      boundMilliseconds: load(at: record + MapFormat.Policy.tierBound, as: UInt32.self))
  }

  /// The tier of a policy's record for what begins READ ONLY.
  func readTier(ofPolicyAt record: Int) -> StoredTier {
    StoredTier(
      kind: load(at: record + MapFormat.Policy.readTier, as: UInt8.self),
      boundMilliseconds: load(at: record + MapFormat.Policy.readTierBound, as: UInt32.self))
  }
}
