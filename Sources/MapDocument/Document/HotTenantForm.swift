internal import ShardMap

/// Rules for hot tenants as a policy writes them. A trigger that isn't there is none; other things that
/// aren't there are standard.
struct HotTenantForm: Codable {
  var terms: HotTenantTerms

  enum CodingKeys: String, CodingKey, CaseIterable {
    case shardTimePercent, p95, sustained, coolDown, tightenPercent, quarantinePool, requestsMove
  }

  init(terms: HotTenantTerms) {
    self.terms = terms
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    let standard = HotTenantRules()
    terms = HotTenantTerms(
      HotTenantRules(
        shardTimePercent: try fields.decodeNumber(forKey: .shardTimePercent, in: 1...100),
        p95Milliseconds: try fields.decodeAge(forKey: .p95),
        sustainedMilliseconds: try fields.decodeAge(forKey: .sustained)
          ?? standard.sustainedMilliseconds,
        coolDownMilliseconds: try fields.decodeAge(forKey: .coolDown)
          ?? standard.coolDownMilliseconds,
        tightenPercent: try fields.decodeNumber(forKey: .tightenPercent, in: 1...100)
          ?? standard.tightenPercent,
        requestsMove: try fields.decodeIfPresent(Bool.self, forKey: .requestsMove)
          ?? standard.requestsMove),
      quarantinePool: try fields.decodeIfPresent(String.self, forKey: .quarantinePool))
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    let (rules, standard) = (terms.rules, HotTenantRules())
    try fields.encodeIfPresent(rules.shardTimePercent, forKey: .shardTimePercent)
    try fields.encodeIfPresent(
      rules.p95Milliseconds.map { Age.text(milliseconds: $0) }, forKey: .p95)
    if rules.sustainedMilliseconds != standard.sustainedMilliseconds {
      try fields.encode(Age.text(milliseconds: rules.sustainedMilliseconds), forKey: .sustained)
    }
    if rules.coolDownMilliseconds != standard.coolDownMilliseconds {
      try fields.encode(Age.text(milliseconds: rules.coolDownMilliseconds), forKey: .coolDown)
    }
    if rules.tightenPercent != standard.tightenPercent {
      try fields.encode(rules.tightenPercent, forKey: .tightenPercent)
    }
    try fields.encodeIfPresent(terms.quarantinePool, forKey: .quarantinePool)
    if rules.requestsMove != standard.requestsMove {
      try fields.encode(rules.requestsMove, forKey: .requestsMove)
    }
  }
}
