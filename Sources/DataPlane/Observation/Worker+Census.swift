import Routing
import ShardMap
import Telemetry

/// A census under way.
struct CensusWalk {
  var census = WorkerCensus()
  var nextSession = 0
  var nextPool = 0
}

/// Numbers of a census.
enum CensusLimits {
  /// Places that are looked at in a turn: microseconds, so that no session notices.
  static let placesATurn = 256
}

/// A worker's answer to how many there are of what: a slice a turn, beside the sessions' work.
extension Worker where K: ~Copyable {
  /// Begins a census; one that is under way is begun anew.
  mutating func beginCensus(_ number: UInt64) {
    var walk = CensusWalk()
    walk.census.number = number
    census = walk
    choresDue = .origin
  }

  /// Does a slice of the census under way, and tells it when that was the last.
  mutating func walkForCensus() {
    guard var walk = census else { return }
    census = nil
    let sessionsEnd = min(walk.nextSession + CensusLimits.placesATurn, sessions.highWaterMark)
    while walk.nextSession < sessionsEnd {
      countSession(at: walk.nextSession, &walk.census)
      walk.nextSession += 1
    }
    let poolsEnd = min(walk.nextPool + CensusLimits.placesATurn, pools.touched)
    while walk.nextPool < poolsEnd {
      countPool(at: walk.nextPool, &walk.census)
      walk.nextPool += 1
    }
    guard sessionsEnd >= sessions.highWaterMark, poolsEnd >= pools.touched else {
      census = walk
      return
    }
    walk.census.finishedAt = kernel.now
    walk.census.ring = kernel.reading
    context.report.census.tell(walk.census)
  }

  private mutating func countSession(at place: Int, _ census: inout WorkerCensus) {
    guard let handle = sessions.currentHandle(at: place) else { return }
    switch sessions[handle].phase {
    case .greeting, .answering, .connecting, .holding, .requestingTLS, .awaitingTLS, .forwarding,
      .authenticating:
      census.sessions.login += 1
    case .relaying:
      census.sessions.active += 1
      // Its server connection is its own: no pool has it.
      if let shard = sessions[handle].request.key.shard {
        census.shards[shard, default: WorkerCensus.Shard()].busy += 1
      }
    case .parked: census.sessions.idle += 1
    case .queued: census.sessions.waiting += 1
    case .lent: census.sessions.active += 1
    case .departing, .refusing, .lingering, .closing: census.sessions.closing += 1
    }
  }

  private mutating func countPool(at place: Int, _ census: inout WorkerCensus) {
    guard pools.has(place) else { return }
    census.pools += 1
    var shard = WorkerCensus.Shard()
    shard.busy = pools[place].lentCount
    shard.idle = pools[place].idleCount
    shard.coming = pools[place].comingCount
    shard.waiting = pools[place].wantedCount
    let number = pools[place].shardNumber
    census.shards[number] = shard + (census.shards[number] ?? WorkerCensus.Shard())
  }
}
