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
    changed.listeners = new.listeners
  }

  private func changeDedicated(_ changed: inout RouterSettings, _ new: RouterSettings) {
    guard hasGroups(of: new) else { return }
    for place in dedicated.indices {
      changed.dedicated[place].serversPerPool = new.dedicated[place].serversPerPool
      changed.dedicated[place].connections = new.dedicated[place].connections
    }
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
}
