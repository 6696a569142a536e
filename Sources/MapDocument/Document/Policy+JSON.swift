internal import ShardMap

extension Policy: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, tier, readTier, pooling, freshness, boundedFallback, primaryReadBudgetPercent
    case envelope, degradation, hotTenant, label
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    guard let tier = try fields.decodeTier(forKey: .tier) else {
      throw DecodingError.keyNotFound(
        CodingKeys.tier, .init(codingPath: fields.codingPath, debugDescription: ""))
    }
    self.init(
      id: try fields.decode(String.self, forKey: .id), tier: tier,
      readTier: try fields.decodeTier(forKey: .readTier),
      pooling: try fields.decodeNamed(forKey: .pooling),
      freshness: try fields.decodeIfPresent(FreshnessForm.self, forKey: .freshness)?.rules
        ?? .standard,
      boundedFallback: try fields.decodeNamed(forKey: .boundedFallback) ?? .primary,
      primaryReadBudgetPercent: try fields.decodePercent(forKey: .primaryReadBudgetPercent)
        ?? Self.standardReadBudgetPercent,
      envelope: try fields.decodeIfPresent(EnvelopeForm.self, forKey: .envelope)?.envelope
        ?? .unlimited,
      degradation: try fields.decodeIfPresent(DegradationForm.self, forKey: .degradation)?.rules
        ?? .standard,
      hotTenant: try fields.decodeIfPresent(HotTenantForm.self, forKey: .hotTenant)?.terms,
      label: try fields.decodeIfPresent(String.self, forKey: .label))
  }

  /// Encodes every field that has a value, defaults included; an envelope only where it limits
  /// something, and rules for downgrades where they aren't the standard ones.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(tier.name, forKey: .tier)
    try fields.encode(FreshnessForm(rules: freshness), forKey: .freshness)
    try fields.encodeIfPresent(readTier?.name, forKey: .readTier)
    try fields.encodeIfPresent(pooling?.name, forKey: .pooling)
    try fields.encode(boundedFallback.name, forKey: .boundedFallback)
    try fields.encode(primaryReadBudgetPercent, forKey: .primaryReadBudgetPercent)
    if envelope != .unlimited { try fields.encode(EnvelopeForm(envelope), forKey: .envelope) }
    if degradation != .standard {
      try fields.encode(DegradationForm(rules: degradation), forKey: .degradation)
    }
    try fields.encodeIfPresent(hotTenant.map { HotTenantForm(terms: $0) }, forKey: .hotTenant)
    try fields.encodeIfPresent(label, forKey: .label)
  }
}
