import Admission
import Pooling
import Routing
import ShardMap

/// The links of one account to one instance.
struct ServerPool: ~Copyable {
  /// The place of its account among the worker's.
  let account: Int
  /// The instance.
  let slot: HealthSlot
  let address: SocketAddress
  /// The epoch of the shard by the map that it was made with: links of another one are never lent for it.
  let epoch: UInt64
  /// The id of its shard, by whose settings its new links are encrypted; nil where they are not.
  var securedShard: String?
  /// What the refresh is asked for by, when the instance can't be reached.
  let shard: UInt64
  /// The shard's number in the ``ShardRegister``.
  var shardNumber = ShardRegister.others

  /// Idle links, the one that was used last first: so the others grow old, and can be closed.
  var idle: SlabHandle?
  var idleCount = 0
  var lentCount = 0
  /// Links on their way: connecting, logging in, being cleaned, checked, asked or cooling.
  var comingCount = 0
  /// Those of them that are connecting or logging in.
  var openingCount = 0
  /// All its links that are not given back yet, those that are closing among them: they keep its place.
  var openCount = 0
  /// Sessions that wait, first come, first served.
  var waiting: WaitQueue
  /// Which of them are dropped when they come to the front.
  var delay = ControlledDelay()
  /// Roles whose verifiers are asked for here.
  var questions: [VerifierQuestion] = []
  /// What attempts to connect or log in have come to.
  var backOff = PoolBackOff()
  /// When it is looked at again, if that is due.
  var retryAt = MonotonicTime.origin
  /// When a session has last given a link back; the origin before the first has.
  var lastUsedAt = MonotonicTime.origin
  /// The place of its instance's share among the worker's, if its connections are capped.
  var share: Int?
  /// Since when it has lacked a link that the cap has refused; nil when it lacks none.
  var lacksSince: MonotonicTime?
  /// Whether it lacks a link because the worker has as many as it may: it opens none before it is looked at again.
  var lacksPlace = false
  /// Whether its instance has left the map, or its epoch is over.
  var isRetired = false
  /// Whether an operator has paused its instance: none of its links is lent, and none is made.
  var isPaused = false

  init(
    account: Int, slot: HealthSlot, address: SocketAddress, epoch: UInt64, shard: UInt64,
    place: Int
  ) {
    self.account = account
    self.slot = slot
    self.address = address
    self.epoch = epoch
    self.shard = shard
    waiting = WaitQueue(number: UInt32(place))
  }

  var linkCount: Int { idleCount + lentCount + comingCount }
  /// How many links are wanted beside those that are lent.
  var wantedCount: Int { waiting.count + questions.count }
  /// Attempts to connect or log in that have failed since the last one that did not.
  var failures: Int { Int(backOff.failures) }

  var counts: PoolCounts {
    PoolCounts(
      idle: idleCount, busy: lentCount, opening: openingCount,
      returning: comingCount - openingCount, waiting: wantedCount)
  }

  /// Whether sessions use it, or did a while ago: then it has a minimum.
  func isInUse(_ limits: PoolLimits, at now: MonotonicTime) -> Bool {
    if lentCount > 0 { return true }
    guard lastUsedAt != .origin else { return false }
    return limits.idleNanoseconds.map { lastUsedAt.advanced(byNanoseconds: $0) > now } ?? true
  }
}

/// A role whose verifier a shard is asked for, and the sessions that wait for the answer.
struct VerifierQuestion {
  let shard: UInt64
  let user: [UInt8]
  var sessions: [SlabHandle]
}
