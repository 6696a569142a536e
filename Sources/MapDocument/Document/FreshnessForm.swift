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
    if let text = try fields.decodeIfPresent(String.self, forKey: .ttl) {
      bound.ttlMilliseconds = try Self.age(text, .ttl, in: fields, hint: "")
    }
    if let text = try fields.decodeIfPresent(String.self, forKey: .maxStale) {
      bound.maxStaleMilliseconds =
        text == Age.never
        ? FreshnessBound.never : try Self.age(text, .maxStale, in: fields, hint: ", or \"never\"")
    }
  }

  private static func age(
    _ text: String, _ key: CodingKeys, in fields: KeyedDecodingContainer<CodingKeys>, hint: String
  ) throws -> UInt32 {
    guard let age = Age.milliseconds(text) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: fields,
        debugDescription: "\"\(text)\" is not an age such as 500ms, 30s, 5m, 12h or 30d" + hint)
    }
    return age
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(Age.text(milliseconds: bound.ttlMilliseconds), forKey: .ttl)
    try fields.encode(Age.text(of: bound), forKey: .maxStale)
  }
}
