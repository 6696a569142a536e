import Routing
import ShardMap

/// When the instances of a router's map are asked.
///
/// Each shard has its moment within the interval, drawn from its name and the router's seed: so shards are not asked all at once, routers don't
/// meet, and a shard keeps its moment whatever else of the map changes. Its replicas are asked a little after its primary.
struct ProbeTimetable {
  /// From question to question.
  let intervalNanoseconds: UInt64
  let seed: UInt64

  init(interval: Duration, seed: UInt64) {
    intervalNanoseconds = max(1, interval.wholeNanoseconds)
    self.seed = seed
  }

  /// The moment of a primary, or of an instance without a shard; by the name of the shard or of the instance.
  func moment(of name: RawSpan) -> UInt64 { NameDigest.of(name, seed: seed) % intervalNanoseconds }

  /// The moment of the replicas of a shard.
  func replicaMoment(of shard: RawSpan) -> UInt64 {
    (moment(of: shard) + intervalNanoseconds / ProbeLimits.replicaDelayDivisor)
      % intervalNanoseconds
  }

  /// The first time after `now` at which it is that moment.
  func next(_ moment: UInt64, after now: MonotonicTime) -> MonotonicTime {
    let sinceMoment = (now.nanoseconds + intervalNanoseconds - moment) % intervalNanoseconds
    return now.advanced(byNanoseconds: intervalNanoseconds - sinceMoment)
  }
}
