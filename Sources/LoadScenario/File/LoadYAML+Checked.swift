internal import ConfigurationFile

extension ScenarioYAML.Load {
  /// The load, or the first field that can't be read.
  func checked(_ path: String, in folder: ScenarioFolder) throws(FieldError) -> Load {
    var transactions: [WeightedTransaction] = []
    for (index, entry) in (mix ?? []).enumerated() {
      transactions.append(try entry.checked("\(path).mix[\(index)]", in: folder))
    }
    if mix == nil { transactions = [WeightedTransaction(.selectOnly)] }
    var load = Load(
      name: name, tenants: try tenants.checked("\(path).tenants"), connections: connections,
      arrivals: try arrivals(path), mix: transactions)
    load.tier = consistency
    load.mode = try Configured.name(mode, "\(path).mode", load.mode)
    load.thinkTime = try Configured.time(thinkTime, "\(path).thinkTime", .zero, load.thinkTime)
    load.transactionsPerConnection = transactionsPerConnection
    return load
  }

  private func arrivals(_ path: String) throws(FieldError) -> Arrivals {
    if let closedLoop {
      guard rate == nil else {
        throw FieldError("\(path).closedLoop", "can't stand beside a rate: it has none")
      }
      guard schedule == nil else {
        throw FieldError("\(path).schedule", "is for loads with a rate only")
      }
      return .closed(
        pause: try Configured.time(closedLoop.pause, "\(path).closedLoop.pause", .zero, .zero))
    }
    guard let rate else {
      throw FieldError("\(path).rate", "is needed, as 200/s (or closedLoop: {})")
    }
    let schedule = try Configured.name(schedule, "\(path).schedule", Arrivals.Schedule.poisson)
    return .open(schedule, try rate.checked("\(path).rate"))
  }
}

extension ScenarioYAML.Rate {
  fileprivate func checked(_ path: String) throws(FieldError) -> RatePlan {
    switch self {
    case .constant(let text): return RatePlan(transactionsPerSecond: try Self.rate(text, path))
    case .points(let points):
      var checked: [RatePlan.Point] = []
      for (index, point) in points.enumerated() {
        checked.append(
          RatePlan.Point(
            at: try Configured.time(point.at, "\(path)[\(index)].at", .zero, .zero),
            transactionsPerSecond: try Self.rate(point.rate, "\(path)[\(index)].rate")))
      }
      return RatePlan(points: checked)
    }
  }

  private static func rate(_ text: String, _ path: String) throws(FieldError) -> Double {
    guard let rate = Quantity(text)?.perSecond else {
      throw FieldError(path, "\"\(text)\" must be a rate, as 200/s")
    }
    return rate
  }
}

extension ScenarioYAML.Tenants {
  fileprivate func checked(_ path: String) throws(FieldError) -> TenantChoice {
    if let weights {
      guard names == nil, count == nil, pattern == nil, zipf == nil else {
        throw FieldError(
          "\(path).weights", "names the tenants and their shares; nothing else may stand beside it")
      }
      return .weighted(weights.tenants)
    }
    let names = try allNames(path)
    return zipf.map { .zipf(names, exponent: $0) } ?? .uniform(names)
  }

  private func allNames(_ path: String) throws(FieldError) -> [String] {
    if let names {
      guard count == nil, pattern == nil else {
        throw FieldError("\(path).names", "can't stand beside count and pattern")
      }
      return names
    }
    guard let count, let pattern else {
      throw FieldError(path, "name the tenants: a list, names, weights, or count and pattern")
    }
    let number = try Configured.number(count, "\(path).count", 1...ScenarioLimits.tenants, 1)
    let parts = pattern.split(separator: "{n}", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw FieldError("\(path).pattern", "must have one {n}, where 1, 2, 3 … go")
    }
    return (1...number).map { "\(parts[0])\($0)\(parts[1])" }
  }
}
