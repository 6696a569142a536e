internal import ConfigurationFile
internal import ShardMap

extension Scenario {
  /// Refuses loads that can't be generated.
  func checkLoads() throws(FieldError) {
    guard 1...ScenarioLimits.loads ~= loads.count else {
      throw FieldError("loads", "must be 1 to \(ScenarioLimits.loads) loads")
    }
    var names: Set<String> = []
    for (index, load) in loads.enumerated() {
      let path = "loads[\(index)]"
      guard names.insert(load.name).inserted else {
        throw FieldError("\(path).name", "another load is named \(load.name) already")
      }
      try check(load, path)
    }
    let connections = loads.reduce(0) { $0 + $1.connections }
    guard connections <= ScenarioLimits.connections else {
      throw FieldError(
        "loads", "have \(connections) connections; at most \(ScenarioLimits.connections) may be")
    }
  }

  private func check(_ load: Load, _ path: String) throws(FieldError) {
    try Self.checkName(load.name, "\(path).name")
    guard !ObjectiveParser.isReserved(load.name) else {
      throw FieldError("\(path).name", "\(load.name) is a word of objectives; take another name")
    }
    _ = try Configured.number(
      load.connections, "\(path).connections", 1...ScenarioLimits.connections, 1)
    guard load.connections >= workers else {
      throw FieldError(
        "\(path).connections", "must be at least \(workers): each worker needs one of its own")
    }
    _ = try Configured.number(
      load.transactionsPerConnection, "\(path).transactionsPerConnection",
      1...ScenarioLimits.transactionsPerConnection, 1)
    try Self.checkTier(load.tier, "\(path).consistency")
    try Self.checkTime(load.thinkTime, "\(path).thinkTime", from: .zero)
    try Self.check(load.tenants, "\(path).tenants")
    try Self.check(load.arrivals, path)
    try Self.check(load.mix, "\(path).mix")
    if load.onlyConnects { try Self.checkConnecting(load, path) }
  }

  /// Refuses what has no meaning for a load whose connections are closed as soon as they are open.
  private static func checkConnecting(_ load: Load, _ path: String) throws(FieldError) {
    guard load.mix.count == 1 else {
      throw FieldError("\(path).mix", "can hold nothing beside connect: take a load of its own")
    }
    guard case .open = load.arrivals else {
      throw FieldError("\(path).closedLoop", "is not for connect, which needs a rate")
    }
    guard load.transactionsPerConnection == nil else {
      throw FieldError("\(path).transactionsPerConnection", "is not for connect: it is always one")
    }
    guard load.thinkTime == .zero else {
      throw FieldError("\(path).thinkTime", "is not for connect, which says nothing")
    }
  }

  private static func checkTier(_ tier: String?, _ path: String) throws(FieldError) {
    guard let tier, Consistency(parsing: tier.utf8) == nil else { return }
    throw FieldError(path, "\"\(tier)\" must be one of \(Consistency.forms)")
  }

  private static func checkWeight(_ weight: Double, _ path: String) throws(FieldError) {
    guard weight > 0, weight <= ScenarioLimits.weight else {
      throw FieldError(path, "must be a number above 0, at most \(Int(ScenarioLimits.weight))")
    }
  }

  private static func check(_ tenants: TenantChoice, _ path: String) throws(FieldError) {
    let all = tenants.names
    guard 1...ScenarioLimits.tenants ~= all.count else {
      throw FieldError(path, "must be 1 to \(ScenarioLimits.tenants) tenants")
    }
    var names: Set<String> = []
    for name in all {
      guard 1...ScenarioLimits.identifierBytes ~= name.utf8.count, !name.utf8.contains(0) else {
        throw FieldError(
          path, "\"\(name)\" must be a name of 1 to \(ScenarioLimits.identifierBytes) bytes")
      }
      guard names.insert(name).inserted else { throw FieldError(path, "\(name) is there twice") }
    }
    switch tenants {
    case .uniform: break
    case .zipf(_, let exponent):
      guard exponent > 0, exponent <= ScenarioLimits.zipfExponent else {
        throw FieldError(
          "\(path).zipf", "must be a number above 0, at most \(ScenarioLimits.zipfExponent)")
      }
    case .weighted(let weighted):
      for tenant in weighted { try checkWeight(tenant.weight, "\(path).weights.\(tenant.name)") }
    }
  }

  private static func check(_ arrivals: Arrivals, _ path: String) throws(FieldError) {
    switch arrivals {
    case .closed(let pause): try checkTime(pause, "\(path).closedLoop.pause", from: .zero)
    case .open(_, let plan):
      guard 1...ScenarioLimits.ratePoints ~= plan.points.count else {
        throw FieldError("\(path).rate", "must be 1 to \(ScenarioLimits.ratePoints) points")
      }
      var last = Duration.zero
      for (index, point) in plan.points.enumerated() {
        let rate = point.transactionsPerSecond
        guard rate >= 0, rate <= ScenarioLimits.rate else {
          throw FieldError("\(path).rate", "must be at most \(Int(ScenarioLimits.rate))/s")
        }
        guard point.at >= last else {
          throw FieldError("\(path).rate[\(index)].at", "must not be before the point above it")
        }
        last = point.at
      }
      guard plan.points.contains(where: { $0.transactionsPerSecond > 0 }) else {
        throw FieldError("\(path).rate", "is never above 0: nothing would be sent")
      }
    }
  }

  private static func check(_ mix: [WeightedTransaction], _ path: String) throws(FieldError) {
    guard 1...ScenarioLimits.mixEntries ~= mix.count else {
      throw FieldError(path, "must be 1 to \(ScenarioLimits.mixEntries) transactions")
    }
    for (index, entry) in mix.enumerated() {
      let path = "\(path)[\(index)]"
      try checkWeight(entry.weight, "\(path).weight")
      try checkTier(entry.tier, "\(path).consistency")
      switch entry.transaction {
      case .payload(let bytes):
        _ = try Configured.number(bytes, "\(path).bytes", 1...ScenarioLimits.payloadBytes, 1)
      case .staleness(let bound):
        let bounds = ScenarioLimits.stalenessBounds
        // The tier is written in milliseconds.
        guard bounds.contains(bound), bound.components.attoseconds % 1_000_000_000_000_000 == 0
        else {
          throw FieldError(
            "\(path).bound", "must be \(bounds.lowerBound) to \(bounds.upperBound), in whole ms")
        }
      case .selectOnly, .tpcbLike, .readYourWrite, .script, .connect: break
      }
    }
  }
}
