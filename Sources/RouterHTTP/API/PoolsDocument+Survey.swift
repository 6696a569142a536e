import DataPlane
import RouterAPI
import ShardMap

extension PoolsDocument {
  /// The pools of a survey: those where most wait first, then those with most servers.
  init(_ survey: RouterSurvey, limit: Int) {
    let sorted = survey.pools.sorted { one, other in
      if one.sessions.waiting != other.sessions.waiting {
        return one.sessions.waiting > other.sessions.waiting
      }
      let (servers, others) = (one.lent + one.idle, other.lent + other.idle)
      if servers != others { return servers > others }
      return (one.database, one.user ?? "", "\(one.address)")
        < (other.database, other.user ?? "", "\(other.address)")
    }
    self.init(
      pools: sorted.prefix(limit).map { Pool($0, survey) }, total: sorted.count,
      isCut: survey.isCut)
  }
}

extension PoolsDocument.Pool {
  fileprivate init(_ pool: RouterSurvey.Pool, _ survey: RouterSurvey) {
    let map = survey.map
    let instance = survey.instance(at: pool.address)
    let shard = instance.flatMap { survey.shardOfInstance[Int($0.rawValue)] }
    self.init(
      database: pool.database, user: pool.user, shard: shard.map { map.text(map.shard($0).id) },
      instance: instance.map { map.text(map.instance($0).id) } ?? "\(pool.address)",
      pooling: pool.pooling.rawValue, clients: pool.sessions.active,
      waiting: pool.sessions.waiting,
      longestWaitMicroseconds: pool.longestWaitNanoseconds / 1000, inUse: pool.lent,
      idle: pool.idle, opening: pool.opening, isPaused: pool.isPaused)
  }
}
