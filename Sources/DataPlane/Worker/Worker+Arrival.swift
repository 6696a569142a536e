import Authentication
import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// Clients that the process before this one has handed over: they go on here as if they had always been.
extension Worker where K: ~Copyable {
  /// Takes a client over, or says why not: then it is the other process's still.
  mutating func adopt(_ arrival: ArrivingClient) {
    defer { context.load.remove() }
    do throws(ArrivalFault) {
      try settle(arrival)
      context.report.counters.add(.clientsTakenOver)
      arrival.channel.send(.adopted(number: arrival.number))
    } catch {
      kernel.close(arrival.descriptor)
      arrival.channel.send(.declined(number: arrival.number, "\(error)"))
    }
  }

  private mutating func settle(_ arrival: ArrivingClient) throws(ArrivalFault) {
    let client = arrival.client
    guard !isStopping else { throw .stopping }
    let listener = Int(client.listener)
    guard listener < context.settings.listeners.count,
      context.settings.listeners[listener].pooling != .session
    else { throw .noListener(client.listener) }
    let map = map
    guard let tenant = map.tenant(id: client.tenant.span.bytes) else {
      throw .unknownTenant(client.tenant)
    }
    let pooled = try pooledClient(client)
    guard let handle = openSession(client: arrival.descriptor, listener: listener) else {
      discard(pooled)
      throw .noRoom
    }
    idlers.remove(handle.index)
    giveBackLoginBuffer(handle)
    pooledClients.insert(handle.index, pooled)
    guard sessions[handle].isInBudget else {
      // The connection is not this session's to close.
      sessions[handle].isHandedOver = true
      end(handle)
      throw .noRoom
    }
    sessions[handle].acceptedAt = client.acceptedAt
    sessions[handle].lastActivity = client.lastActivity
    sessions[handle].origin = client.origin
    sessions[handle].target = target(client, tenant)
    rejoinTenant(handle, tenant, client.tenant)
    cancels.insert(handle.index, CancelFingerprint(client.cancelKey))
    sessions[handle].moveOn(.adopted)
    setIdleDeadline(handle)
    list(handle)
  }

  /// Where its transactions go, until one is routed.
  private mutating func target(_ client: HandedClient, _ tenant: TenantIndex) -> Target {
    let placement = map.placement(of: tenant)
    let shard = map.shard(placement.shard)
    return Target(
      tenant: TenantName(client.tenant) ?? .none, tier: client.tier,
      address: map.instance(shard.primary).address, slot: health.slot(of: shard.primary),
      startedAt: kernel.now, generation: map.tenant(tenant).generation, epoch: shard.epoch)
  }

  /// What it shares servers by, with an account that counts it.
  private mutating func pooledClient(
    _ client: HandedClient
  ) throws(ArrivalFault) -> PooledClient {
    guard let credential = Credential(secretBytes: client.credential) else {
      throw .malformed("there is no such credential")
    }
    var pooled = PooledClient(
      account: 0, tier: client.tier, parameters: try parameters(of: client))
    pooled.wantsNotices = client.wantsNotices
    pooled.floor = client.floor
    do throws(StatementError) {
      for statement in client.statements { try add(statement, to: &pooled.statements) }
    } catch {
      pooled.statements.removeAll { statements.release($0) }
      values.clear(&pooled.parameters)
      throw .malformed("\(error)")
    }
    pooled.account = account(startup: client.startup, user: client.user)
    accounts[pooled.account].sessions += 1
    accounts[pooled.account].credential = credential
    return pooled
  }

  private mutating func parameters(
    of client: HandedClient
  ) throws(ArrivalFault) -> ParameterValues {
    var parameters = ParameterValues()
    do throws(ParameterError) {
      for setting in client.settings {
        guard let parameter = TrackedParameter(named: setting.name.span.bytes) else { continue }
        try values.set(parameter, to: setting.value.span.bytes, in: &parameters)
      }
      if !client.unreported.isEmpty {
        guard let settings = UnreportedSettings(checking: client.unreported.span.bytes) else {
          throw ParameterError.zeroByte("all that was SET")
        }
        try values.set(settings, in: &parameters)
      }
    } catch {
      values.clear(&parameters)
      throw .malformed("\(error)")
    }
    return parameters
  }

  private mutating func add(
    _ statement: HandedClient.Statement, to known: inout ClientStatements
  ) throws(StatementError) {
    let id = try statements.intern(statement.definition.span.bytes)
    do throws(StatementError) {
      let replaced = try known.set(
        statement.name.span.bytes, to: id, limit: statements.limits.statementsAClient,
        key: statementKey)
      if let replaced { statements.release(replaced) }
    } catch {
      statements.release(id)
      throw error
    }
  }

  private mutating func discard(_ client: consuming PooledClient) {
    client.statements.removeAll { statements.release($0) }
    values.clear(&client.parameters)
    leaveAccount(client.account)
  }
}
