internal import ShardMap

/// Freshness rules as a policy writes them. A class, or a part of its bound, that isn't there is the
/// standard one.
struct FreshnessForm: Codable {
  var rules: FreshnessRules

  enum CodingKeys: String, CodingKey, CaseIterable {
    case routing, envelope, permissions

    var dataClass: FreshnessClass {
      switch self {
      case .routing: .routing
      case .envelope: .envelope
      case .permissions: .permissions
      }
    }
  }

  init(rules: FreshnessRules) {
    self.rules = rules
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    rules = .standard
    for key in CodingKeys.allCases {
      if let form = try fields.decodeIfPresent(BoundForm.self, forKey: key) {
        rules[key.dataClass] = form.bound
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    for key in CodingKeys.allCases {
      try fields.encode(BoundForm(bound: rules[key.dataClass]), forKey: key)
    }
  }
}

/// One class's bound as a policy writes it.
private struct BoundForm: Codable {
  var bound: FreshnessBound

  enum CodingKeys: String, CodingKey, CaseIterable {
    case ttl, maxStale
  }

  init(bound: FreshnessBound) {
    self.bound = bound
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    bound = .standard
    if let ttl = try fields.decodeAge(forKey: .ttl) { bound.ttlMilliseconds = ttl }
    guard try fields.decodeIfPresent(String.self, forKey: .maxStale) != Age.never else {
      bound.maxStaleMilliseconds = FreshnessBound.never
      return
    }
    if let end = try fields.decodeAge(forKey: .maxStale, hint: ", or \"never\"") {
      bound.maxStaleMilliseconds = end
    }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(Age.text(milliseconds: bound.ttlMilliseconds), forKey: .ttl)
    try fields.encode(Age.text(of: bound), forKey: .maxStale)
  }
}
