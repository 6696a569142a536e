import MapDocument
import ShardMap

extension Policy {
  /// What the policy grants and takes beside its tiers, by the names of documents; nil where it doesn't
  /// say. Always the same names in the same order.
  var termFields: [(name: String, value: String?)] {
    envelopeFields.map { ("envelope." + $0.name, $0.value) }
      + [
        ("degradation.deepest", degradation.deepest.name),
        (
          "degradation.relaxedBound",
          degradation.relaxedBoundMilliseconds == 0
            ? nil : Age.text(milliseconds: degradation.relaxedBoundMilliseconds)
        ),
      ] + hotTenantFields.map { ("hotTenant." + $0.name, $0.value) } + [("label", label)]
  }

  private var envelopeFields: [(name: String, value: String?)] {
    [
      ("transactionsPerSecond", Self.text(envelope.transactionsPerSecond)),
      ("burst", "\(envelope.transactionBurst)"),
      ("clientConnections", Self.text(envelope.clientConnections)),
      ("connectionAttemptsPerSecond", Self.text(envelope.connectionAttemptsPerSecond)),
      ("serverConnections", Self.text(envelope.serverConnections)),
      ("bytesInPerSecond", Self.text(envelope.bytesInPerSecond)),
      ("bytesOutPerSecond", Self.text(envelope.bytesOutPerSecond)),
      ("maxDelay", Age.text(milliseconds: envelope.maxDelayMilliseconds)),
      ("weight", "\(envelope.weight)"), ("priority", envelope.priority.name),
    ]
  }

  private var hotTenantFields: [(name: String, value: String?)] {
    let rules = hotTenant?.rules
    return [
      ("shardTimePercent", Self.text(rules?.shardTimePercent)),
      ("p95", Self.age(rules?.p95Milliseconds)),
      ("sustained", Self.age(rules?.sustainedMilliseconds)),
      ("coolDown", Self.age(rules?.coolDownMilliseconds)),
      ("tightenPercent", Self.text(rules?.tightenPercent)),
      ("quarantinePool", hotTenant?.quarantinePool),
      ("requestsMove", rules.map { "\($0.requestsMove)" }),
    ]
  }

  private static func text(_ number: (some FixedWidthInteger)?) -> String? {
    number.map { "\($0)" }
  }

  private static func age(_ milliseconds: UInt32?) -> String? {
    milliseconds.map { Age.text(milliseconds: $0) }
  }

  /// What of ``termFields`` isn't as in a policy that says nothing, such as
  /// `envelope.transactionsPerSecond 500`.
  var saidTerms: [String] {
    let silent = Policy(id: id, tier: tier).termFields
    return zip(termFields, silent).compactMap { said, standard in
      said.value == standard.value ? nil : said.value.map { "\(said.name) \($0)" }
    }
  }
}
