public import ConfigurationFile

extension Scenario {
  /// Refuses a scenario that can't be run, or whose objectives can't be judged: what is wrong, by
  /// its name in the file.
  ///
  /// A scenario that was read from a file has passed; one that a program made or changed needs it.
  public func check() throws(FieldError) {
    try Self.checkName(name, "name")
    _ = try Configured.number(workers, "workers", 1...ScenarioLimits.workers, 1)
    try checkTimes()
    for (name, rows) in [
      ("accounts", tables.accounts), ("tellers", tables.tellers), ("branches", tables.branches),
    ] {
      _ = try Configured.number(rows, "tables.\(name)", 1...ScenarioLimits.rows, 1)
    }
    try target?.check()
    try fleet?.check()
    try checkLoads()
    try checkFaults()
    try checkObjectives()
  }

  private func checkTimes() throws(FieldError) {
    let shortest = ScenarioLimits.shortestTime
    try Self.checkTime(window, "window", from: shortest)
    try Self.checkTime(duration, "duration", from: window)
    try Self.checkTime(warmUp, "warmUp", from: .zero)
    if alone > .zero { try Self.checkTime(alone, "alone", from: window) }
    try Self.checkTime(connectTimeout, "connectTimeout", from: shortest)
    try Self.checkTime(transactionTimeout, "transactionTimeout", from: shortest)
    guard duration / window <= Double(ScenarioLimits.windows) else {
      throw FieldError(
        "window", "makes more than \(ScenarioLimits.windows) windows; take a longer one")
    }
  }

  static func checkTime(
    _ time: Duration, _ path: String, from least: Duration
  ) throws(FieldError) {
    guard time >= least, time <= ScenarioLimits.time else {
      throw FieldError(path, "must be \(least) to \(ScenarioLimits.time)")
    }
  }

  /// Names of scenarios and loads become parts of files' names and words of objectives.
  static func checkName(_ name: String, _ path: String) throws(FieldError) {
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
    }
    guard isPlain, 1...ScenarioLimits.nameBytes ~= name.utf8.count,
      name.first?.isLetter == true || name.first?.isNumber == true
    else {
      throw FieldError(
        path,
        "\"\(name)\" must be 1 to \(ScenarioLimits.nameBytes) letters, digits, '.', '_' and '-', "
          + "a letter or a digit first")
    }
  }
}

extension FleetShape {
  /// Refuses a fleet that one machine can't carry.
  func check() throws(FieldError) {
    _ = try Configured.number(shards, "fleet.shards", 1...ScenarioLimits.shards, 1)
    _ = try Configured.number(replicas, "fleet.replicas", 0...ScenarioLimits.replicas, 1)
    _ = try Configured.number(tenants, "fleet.tenants", 1...ScenarioLimits.fleetTenants, 1)
    _ = try Configured.number(
      maxConnections, "fleet.maxConnections", ScenarioLimits.serverConnections, 1)
    _ = try Configured.number(
      serversPerPool, "fleet.serversPerPool", 1...ScenarioLimits.serversPerPool, 1)
    _ = try Configured.number(primaryReadBudgetPercent, "fleet.primaryReadBudget", 0...100, 20)
    _ = try Configured.number(
      routerWorkers, "fleet.routerWorkers", 1...ScenarioLimits.workers, 1)
  }
}
