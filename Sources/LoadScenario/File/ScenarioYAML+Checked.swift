internal import ConfigurationFile

extension ScenarioYAML {
  /// The scenario, or the first field that can't be right.
  func checked(in folder: ScenarioFolder) throws(FieldError) -> Scenario {
    var scenario = Scenario(
      name: name, duration: try Configured.time(duration, "duration", .zero, .zero), loads: [])
    scenario.about = about ?? ""
    scenario.target = try target?.checked(in: folder)
    scenario.fleet = try fleet?.checked()
    scenario.seed = seed ?? scenario.seed
    scenario.workers = workers ?? scenario.workers
    scenario.warmUp = try Configured.time(warmUp, "warmUp", .zero, scenario.warmUp)
    scenario.alone = try Configured.time(alone, "alone", .zero, scenario.alone)
    scenario.window = try Configured.time(window, "window", .zero, scenario.window)
    scenario.connectTimeout = try Configured.time(
      connectTimeout, "connectTimeout", .zero, scenario.connectTimeout)
    scenario.transactionTimeout = try Configured.time(
      transactionTimeout, "transactionTimeout", .zero, scenario.transactionTimeout)
    scenario.tables.accounts = tables?.accounts ?? scenario.tables.accounts
    scenario.tables.tellers = tables?.tellers ?? scenario.tables.tellers
    scenario.tables.branches = tables?.branches ?? scenario.tables.branches
    for (index, load) in loads.enumerated() {
      scenario.loads.append(try load.checked("loads[\(index)]", in: folder))
    }
    for (index, fault) in (faults ?? []).enumerated() {
      scenario.faults.append(try fault.checked("faults[\(index)]"))
    }
    for (index, text) in (objectives ?? []).enumerated() {
      scenario.objectives.append(try objective(text, "objectives[\(index)]"))
    }
    try scenario.check()
    scenario.sortFaults()
    return scenario
  }

  private func objective(_ text: String, _ path: String) throws(FieldError) -> Objective {
    do throws(ObjectiveError) {
      return try ObjectiveParser.parse(text)
    } catch {
      throw FieldError(path, "\(error)")
    }
  }
}

extension ScenarioYAML.Target {
  fileprivate func checked(in folder: ScenarioFolder) throws(FieldError) -> LoadTarget {
    guard var checked = LoadTarget(address: address) else {
      throw FieldError("target.address", "\"\(address)\" \(LoadTarget.addressFault)")
    }
    checked.spoken = try Configured.name(`protocol`, "target.protocol", checked.spoken)
    checked.encryption = try Configured.name(encryption, "target.encryption", checked.encryption)
    checked.tenantPlace = try Configured.name(tenant, "target.tenant", checked.tenantPlace)
    checked.serverNameSuffix = serverNameSuffix ?? checked.serverNameSuffix
    checked.sendsProxyHeader = proxyProtocol ?? checked.sendsProxyHeader
    checked.resumesSessions = resumption ?? checked.resumesSessions
    checked.user = user ?? checked.user
    checked.database = database ?? checked.database
    checked.passwordFile = passwordFile.map(folder.path)
    return checked
  }
}

extension ScenarioYAML.Fleet {
  fileprivate func checked() throws(FieldError) -> FleetShape {
    var checked = FleetShape()
    checked.shards = shards ?? checked.shards
    checked.replicas = replicas ?? checked.replicas
    checked.tenants = tenants ?? checked.tenants
    checked.maxConnections = maxConnections ?? checked.maxConnections
    checked.hasControlPlane = controlPlane ?? checked.hasControlPlane
    checked.pooling = try Configured.name(pooling, "fleet.pooling", checked.pooling)
    checked.serversPerPool = serversPerPool ?? checked.serversPerPool
    if let primaryReadBudget {
      guard let percent = Quantity(primaryReadBudget)?.percent, percent == percent.rounded() else {
        throw FieldError(
          "fleet.primaryReadBudget", "\"\(primaryReadBudget)\" must be a whole percentage, as 20 %")
      }
      checked.primaryReadBudgetPercent = Int(percent)
    }
    checked.routerWorkers = routerWorkers
    return checked
  }
}
