internal import MapExchange

extension ResourceKind {
  /// The number that the store has for the kind: stable for ever, in make-before-break order.
  var number: Int64 {
    switch self {
    case .region: 1
    case .zone: 2
    case .instance: 3
    case .shard: 4
    case .policy: 5
    case .pool: 6
    case .tenant: 7
    }
  }

  init(number: Int64) throws(StoreError) {
    guard let kind = Self.allCases.first(where: { $0.number == number }) else {
      throw .damaged(what: "there is no kind of resource with the number \(number)")
    }
    self = kind
  }
}
