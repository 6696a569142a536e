import Routing
import ShardMap

/// How the workers' answers become one survey.
extension RouterSurvey {
  /// What makes rows of several workers one pool.
  private struct PoolKey: Hashable {
    let database: [UInt8]
    let user: [UInt8]?
    let address: SocketAddress
    let pooling: PoolingMode
  }

  /// Counts what all workers have answered.
  mutating func count(_ answers: [AdminAnswer], of contexts: [WorkerContext]) {
    var pools: [PoolKey: Pool] = [:]
    let keys = Dictionary(
      map.instanceIndices.map { (InstanceKey($0, in: map), $0) },
      uniquingKeysWith: { one, _ in one })
    for answer in answers {
      isCut = isCut || answer.isCut
      let context = contexts[answer.worker]
      workers.append(
        WorkerUse(
          number: answer.worker, label: context.groups.groups[context.group].label,
          core: context.core, sessions: answer.load.sessions, servers: answer.load.links))
      for row in answer.instances {
        if let index = keys[row.key] { count(row, at: Int(index.rawValue)) }
      }
      for row in answer.clients { count(row) }
      countShared(answer, &pools)
      countOwn(answer, &pools)
      delayed += answer.delayed.map {
        Delayed(tenant: $0.tenant, waiting: $0.waiting, limit: $0.limit.name)
      }
    }
    self.pools = Array(pools.values)
  }

  private mutating func count(_ row: InstanceRow, at index: Int) {
    instances[index].inFlight += row.inFlight
    if row.isFailing { instances[index].failingWorkers += 1 }
    if row.isEjected { instances[index].ejectingWorkers += 1 }
  }

  private mutating func count(_ row: ClientRow) {
    if row.tenant.count > 0 { tenants[row.tenant.array, default: Sessions()].count(row) }
    guard let instance = row.instance.flatMap({ instance(at: $0) }),
      let shard = shardOfInstance[Int(instance.rawValue)]
    else { return }
    shards[Int(shard.rawValue)].count(row)
  }

  /// Pools whose server connections sessions share.
  private func countShared(_ answer: AdminAnswer, _ pools: inout [PoolKey: Pool]) {
    var keys: [Int: PoolKey] = [:]
    for row in answer.pools {
      let account = answer.accounts[row.account]
      let key = PoolKey(
        database: account?.database ?? [], user: account?.user, address: row.instance,
        pooling: .transaction)
      keys[row.place] = key
      pools[key, default: Self.pool(key)].count(row)
    }
    for row in answer.clients {
      guard let key = row.pool.flatMap({ keys[$0] }) else { continue }
      pools[key]?.count(row, at: at)
    }
  }

  /// Sessions that have a server connection each: a pool for each tenant's database and instance.
  private func countOwn(_ answer: AdminAnswer, _ pools: inout [PoolKey: Pool]) {
    for row in answer.clients where row.hasOwnServer {
      guard let address = row.instance, row.tenant.count > 0 else { continue }
      let tenant = row.tenant.array
      let database = map.tenant(id: tenant.span.bytes).map { map.text(map.tenant($0).database) }
      let key = PoolKey(
        database: database.map { Array($0.utf8) } ?? tenant, user: nil, address: address,
        pooling: .session)
      pools[key, default: Self.pool(key)].count(row, at: at)
      pools[key]?.lent += 1
    }
  }

  private static func pool(_ key: PoolKey) -> Pool {
    Pool(
      database: String(decoding: key.database, as: UTF8.self),
      user: key.user.map { String(decoding: $0, as: UTF8.self) }, address: key.address,
      pooling: key.pooling)
  }
}

extension RouterSurvey.Pool {
  fileprivate mutating func count(_ row: PoolRow) {
    lent += row.lent
    idle += row.idle
    opening += row.coming
    isPaused = isPaused || row.isPaused
  }

  fileprivate mutating func count(_ row: ClientRow, at now: MonotonicTime) {
    sessions.count(row)
    guard row.isWaiting, now > row.lastActivity else { return }
    longestWaitNanoseconds = max(
      longestWaitNanoseconds, now.nanoseconds(since: row.lastActivity))
  }
}
