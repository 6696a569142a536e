import Authentication
import Pooling
import Routing
import ShardMap
import Wire

/// Accounts and their pools: what sessions can share, found by who they are and where they go.
extension Worker where K: ~Copyable {
  // MARK: Accounts

  /// The account of a client's, made if there is none yet.
  mutating func account(for start: ClientStart, database: RawSpan) throws(Refusal) -> Int {
    let startup: [UInt8]
    do throws(StartupPacketError) {
      startup = try start.packetForServer(database: database)
    } catch {
      throw .malformedStartup(error)
    }
    return account(startup: startup, user: start.user)
  }

  /// The account whose servers are sent a start-up packet, made if there is none yet.
  mutating func account(startup: [UInt8], user: [UInt8]) -> Int {
    if let account = accountByStartup[startup] { return account }
    let account = Account(startup: startup, user: user, credential: .none)
    let place = freeAccounts.popLast() ?? accounts.count
    if place == accounts.count { accounts.append(account) } else { accounts[place] = account }
    accountByStartup[startup] = place
    return place
  }

  /// A session of an account is over.
  mutating func leaveAccount(_ account: Int) {
    accounts[account].sessions -= 1
    forgetIfUnused(account: account)
  }

  private mutating func forgetIfUnused(account: Int) {
    guard accounts[account].sessions == 0, accounts[account].pools.isEmpty else { return }
    accountByStartup[accounts[account].startup] = nil
    values.clear(&accounts[account].parameters)
    freeAccounts.append(account)
  }

  // MARK: Pools

  /// The pool of an account at the instance that a route leads to, made if there is none yet.
  mutating func pool(of account: Int, for route: Route) throws(Refusal) -> Int {
    for pool in accounts[account].pools
    where pools[pool].slot == route.slot && pools[pool].epoch == route.epoch
      && !pools[pool].isRetired
    {
      return pool
    }
    return try makePool(account, route)
  }

  private mutating func makePool(_ account: Int, _ route: Route) throws(Refusal) -> Int {
    guard let place = pools.takePlace() else { throw .tooManyPools }
    pools.put(
      ServerPool(
        account: account, slot: route.slot, address: map.instance(route.instance).address,
        epoch: route.epoch, shard: NameDigest.of(map.string(map.shard(route.shard).id)),
        place: place), at: place)
    if serverTLS != nil { pools[place].securedShard = map.text(map.shard(route.shard).id) }
    pools[place].isPaused = isPaused(route)
    pools[place].shardNumber = requests.number(of: route.shard, in: map)
    accounts[account].pools.append(place)
    joinShare(place)
    return place
  }

  /// A pool's link is gone: the pool goes, too, when it has none and nobody wants one.
  mutating func forgetIfUnused(_ pool: Int) {
    guard pools[pool].openCount == 0, pools[pool].wantedCount == 0, !poolsToRetry.contains(pool)
    else { return }
    let account = pools[pool].account
    accounts[account].pools.removeAll { $0 == pool }
    leaveShare(pool)
    // Whoever remembers its place may find another pool there.
    routesVersion += 1
    pools.remove(pool)
    forgetIfUnused(account: account)
  }

  // MARK: Another map

  /// Retires the pools that the map in use leads nobody to any more; those who wait for one choose again.
  mutating func retirePools() {
    routesVersion += 1
    let live = liveSlots()
    for pool in 0..<pools.touched where pools.has(pool) && !pools[pool].isRetired {
      guard live[pools[pool].slot] != pools[pool].epoch else { continue }
      pools[pool].isRetired = true
      closeIdle(of: pool)
    }
    for pool in 0..<pools.touched where pools.has(pool) { sendWaitingElsewhere(pool) }
    releasePaused()
  }

  /// The health slots of the map's instances, with the epochs of their shards.
  private mutating func liveSlots() -> [HealthSlot: UInt64] {
    var live: [HealthSlot: UInt64] = [:]
    for number in 0..<map.counts.shards {
      let shard = map.shard(ShardIndex(UInt32(number)))
      live[health.slot(of: shard.primary)] = shard.epoch
      for replica in map.replicas(of: shard) { live[health.slot(of: replica)] = shard.epoch }
    }
    return live
  }

  /// Closes the connections of a pool that nobody has.
  mutating func closeIdle(of pool: Int) {
    while let link = pools[pool].idle { close(link: link) }
  }
}
