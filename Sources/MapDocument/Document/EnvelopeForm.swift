internal import ShardMap

/// An envelope as a policy writes it. A limit that isn't there is none.
struct EnvelopeForm: Codable {
  var envelope: Envelope

  enum CodingKeys: String, CodingKey, CaseIterable {
    case transactionsPerSecond, burst, clientConnections, connectionAttemptsPerSecond
    case serverConnections, bytesInPerSecond, bytesOutPerSecond, maxDelay, weight, priority
  }

  init(_ envelope: Envelope) {
    self.envelope = envelope
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    let (count, bytes) = (MapLimits.envelopeCount, MapLimits.envelopeBytes)
    envelope = Envelope(
      transactionsPerSecond: try fields.decodeNumber(forKey: .transactionsPerSecond, in: count),
      transactionBurst: try fields.decodeNumber(forKey: .burst, in: count)
        ?? Envelope.unlimited.transactionBurst,
      clientConnections: try fields.decodeNumber(forKey: .clientConnections, in: count),
      connectionAttemptsPerSecond: try fields.decodeNumber(
        forKey: .connectionAttemptsPerSecond, in: count),
      serverConnections: try fields.decodeNumber(forKey: .serverConnections, in: count),
      bytesInPerSecond: try fields.decodeNumber(forKey: .bytesInPerSecond, in: bytes),
      bytesOutPerSecond: try fields.decodeNumber(forKey: .bytesOutPerSecond, in: bytes),
      maxDelayMilliseconds: try fields.decodeAge(forKey: .maxDelay)
        ?? Envelope.standardMaxDelayMilliseconds,
      weight: try fields.decodeNumber(forKey: .weight, in: MapLimits.envelopeWeight)
        ?? Envelope.unlimited.weight,
      priority: try fields.decodeNamed(forKey: .priority) ?? Envelope.unlimited.priority)
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    let standard = Envelope.unlimited
    try fields.encodeIfPresent(envelope.transactionsPerSecond, forKey: .transactionsPerSecond)
    if envelope.transactionBurst != standard.transactionBurst {
      try fields.encode(envelope.transactionBurst, forKey: .burst)
    }
    try fields.encodeIfPresent(envelope.clientConnections, forKey: .clientConnections)
    try fields.encodeIfPresent(
      envelope.connectionAttemptsPerSecond, forKey: .connectionAttemptsPerSecond)
    try fields.encodeIfPresent(envelope.serverConnections, forKey: .serverConnections)
    try fields.encodeIfPresent(envelope.bytesInPerSecond, forKey: .bytesInPerSecond)
    try fields.encodeIfPresent(envelope.bytesOutPerSecond, forKey: .bytesOutPerSecond)
    if envelope.maxDelayMilliseconds != standard.maxDelayMilliseconds {
      try fields.encode(
        Age.text(milliseconds: envelope.maxDelayMilliseconds), forKey: .maxDelay)
    }
    if envelope.weight != standard.weight { try fields.encode(envelope.weight, forKey: .weight) }
    if envelope.priority != standard.priority {
      try fields.encode(envelope.priority.name, forKey: .priority)
    }
  }
}

/// Rules for downgrades as a policy writes them. What isn't there is standard.
struct DegradationForm: Codable {
  var rules: DegradationRules

  enum CodingKeys: String, CodingKey, CaseIterable {
    case deepest, relaxedBound
  }

  init(rules: DegradationRules) {
    self.rules = rules
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    let standard = DegradationRules.standard
    rules = DegradationRules(
      deepest: try fields.decodeNamed(forKey: .deepest) ?? standard.deepest,
      relaxedBoundMilliseconds: try fields.decodeAge(forKey: .relaxedBound)
        ?? standard.relaxedBoundMilliseconds)
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    if rules.deepest != DegradationRules.standard.deepest {
      try fields.encode(rules.deepest.name, forKey: .deepest)
    }
    if rules.relaxedBoundMilliseconds != DegradationRules.standard.relaxedBoundMilliseconds {
      try fields.encode(
        Age.text(milliseconds: rules.relaxedBoundMilliseconds), forKey: .relaxedBound)
    }
  }
}
