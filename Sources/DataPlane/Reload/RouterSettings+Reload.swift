extension RouterSettings {
  /// These settings with all of another configuration's that can change without a restart.
  ///
  /// What can't is sized, opened or joined when a router starts: its map, page, pool, workers,
  /// addresses, probes and rings, and the tables that bound connections and blocks.
  public func changed(to new: RouterSettings) -> RouterSettings {
    var changed = self
    changed.timeouts = new.timeouts
    changed.limits.memoryBytes = new.limits.memoryBytes
    changed.limits.waitingLogins = new.limits.waitingLogins
    changed.limits.clientConnections = new.limits.clientConnections
    changed.pooling = new.pooling
    changed.pooling.serversPerInstance = pooling.serversPerInstance
    changed.pooling.serversPerWorker = pooling.serversPerWorker
    changed.servers = new.servers
    // The prober connects as it was started, and what it finds has to hold for the workers.
    changed.servers.announcement = servers.announcement
    changed.vpcEndpoints = new.vpcEndpoints
    changed.drain = new.drain
    // Encryption is a layer of the workers, which is there from the start or not at all.
    if tls != nil, let tls = new.tls { changed.tls = tls }
    if serverTLS != nil, let serverTLS = new.serverTLS { changed.serverTLS = serverTLS }
    if let access = new.admin?.access { changed.admin?.access = access }
    changeListeners(&changed, new)
    changeDedicated(&changed, new)
    changeProgramSettings(&changed, new)
    return changed
  }

  /// Whether another configuration has the same listeners, so that what each does can change.
  public func hasListeners(of new: RouterSettings) -> Bool {
    listeners.count == new.listeners.count
      && zip(listeners, new.listeners).allSatisfy {
        $0.address == $1.address && $0.spoken.isSameProtocol(as: $1.spoken)
      }
  }

  /// Whether another configuration has the same dedicated workers, so that their limits can change.
  public func hasGroups(of new: RouterSettings) -> Bool {
    dedicated.count == new.dedicated.count
      && zip(dedicated, new.dedicated).allSatisfy {
        $0.label == $1.label && $0.workers == $1.workers
      }
  }

  private func changeListeners(_ changed: inout RouterSettings, _ new: RouterSettings) {
    guard hasListeners(of: new) else { return }
    changed.listeners = zip(listeners, new.listeners).map {
      tls == nil ? $1.keepingEncryption(of: $0) : $1
    }
  }

  private func changeDedicated(_ changed: inout RouterSettings, _ new: RouterSettings) {
    guard hasGroups(of: new) else { return }
    for place in dedicated.indices {
      changed.dedicated[place].serversPerPool = new.dedicated[place].serversPerPool
      changed.dedicated[place].connections = new.dedicated[place].connections
    }
  }

  private func changeProgramSettings(_ changed: inout RouterSettings, _ new: RouterSettings) {
    let reloadable = ReloadableFields(from: self, to: new)
    changed.programSettings = programSettings.map { old in
      guard reloadable.contains(old.key) else { return old }
      return new.programSettings.first { $0.key == old.key } ?? old
    }
  }

  /// The fields of listeners that say how clients encrypt, or which tenants come of it.
  var fieldsOfClientTLS: [String] {
    listeners.enumerated().flatMap { place, listener in
      listener.fieldsOfClientTLS.map { "listeners[\(place)].\($0)" }
    }
  }
}

extension ListenerSettings {
  /// These settings where clients can't begin to encrypt: all that is said of that stays as it was, since a client that was told to
  /// encrypt, or to be named so, could do neither.
  func keepingEncryption(of old: ListenerSettings) -> ListenerSettings {
    var kept = self
    kept.tls = old.tls
    kept.tenantNames = old.tenantNames
    // The order of places counts, so they are taken all or none.
    if spoken.looksAtEncryption { kept.spoken = old.spoken }
    return kept
  }

  /// The fields that say how clients encrypt, or which tenants come of it.
  fileprivate var fieldsOfClientTLS: [String] {
    var fields = ["tls", "certificateTenant"]
    // For the other protocol it is the server that encrypts.
    if case .postgres = spoken { fields.append("sniSuffix") }
    if spoken.looksAtEncryption { fields.append("identity") }
    return fields
  }
}

extension ListenerProtocol {
  /// Whether another is the same but for where it looks for the tenant.
  func isSameProtocol(as other: ListenerProtocol) -> Bool {
    switch (self, other) {
    case (.postgres, .postgres), (.tcp, .tcp): true
    case (.postgres, .tcp), (.tcp, .postgres): false
    }
  }

  /// Whether it takes tenants from how clients encrypt towards the router.
  fileprivate var looksAtEncryption: Bool {
    guard case .postgres(let sources) = self else { return false }
    return sources.contains(.serverName) || sources.contains(.certificate)
  }
}
