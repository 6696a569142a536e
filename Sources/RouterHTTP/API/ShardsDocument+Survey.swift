import DataPlane
import RouterAPI
import Routing
import ShardMap

extension ShardsDocument {
  /// The shards of a survey.
  ///
  /// - Parameters:
  ///   - survey: what the workers know.
  ///   - modes: the shards that are not normal.
  ///   - figures: what requests took, by shard.
  ///   - limit: how many shards are listed.
  init(
    _ survey: RouterSurvey, modes: [ModeBook.Row], figures: [String: RequestFigures], limit: Int
  ) {
    let map = survey.map
    let modes = Dictionary(modes.map { ($0.shard, $0) }, uniquingKeysWith: { one, _ in one })
    let order = (0..<map.counts.shards).map { number in
      let id = map.text(map.shard(ShardIndex(UInt32(number))).id)
      return (number: number, id: id, sessions: survey.shards[number].all)
    }.sorted { one, other in
      let (isOne, isOther) = (modes[one.id] != nil, modes[other.id] != nil)
      if isOne != isOther { return isOne }
      return one.sessions != other.sessions ? one.sessions > other.sessions : one.id < other.id
    }
    self.init(
      shards: order.prefix(limit).map { place in
        Shard(
          survey, ShardIndex(UInt32(place.number)), id: place.id, modes[place.id], figures[place.id]
        )
      }, total: order.count)
  }
}

extension ShardsDocument.Shard {
  fileprivate init(
    _ survey: RouterSurvey, _ index: ShardIndex, id: String, _ mode: ModeBook.Row?,
    _ figures: RequestFigures?
  ) {
    let record = survey.map.shard(index)
    let sessions = survey.shards[Int(index.rawValue)]
    self.init(
      id: id, epoch: record.epoch, mode: mode.map { ModesDocument.Mode($0) },
      instances: [ShardsDocument.Instance(survey, record.primary, .primary)]
        + survey.map.replicas(of: record).map { ShardsDocument.Instance(survey, $0, .replica) },
      sessions: sessions.all, waiting: sessions.waiting,
      requestsPerSecond: figures?.requestsPerSecond, p50Microseconds: figures?.p50Microseconds,
      p99Microseconds: figures?.p99Microseconds)
  }
}

extension RouterSurvey.InstanceUse {
  /// How it is for the worker that fares worst with it.
  fileprivate var health: String {
    ejectingWorkers > 0 ? "ejected" : failingWorkers > 0 ? "failing" : "healthy"
  }

  /// Whether all workers fare well with it.
  var isWell: Bool { ejectingWorkers == 0 && failingWorkers == 0 }
}

extension ShardsDocument.Instance {
  fileprivate init(_ survey: RouterSurvey, _ index: InstanceIndex, _ role: InstanceRole) {
    let map = survey.map
    let record = map.instance(index)
    let zone = map.zone(record.zone)
    let use = survey.instances[Int(index.rawValue)]
    let probed = survey.samples.probed(index)
    // The board may be newer than what the workers have said.
    let now = LiveClock.now
    let lag = role == .replica ? probed?.sample.provenLagNanoseconds(at: now) : nil
    self.init(
      id: map.text(record.id), role: role.name, region: map.text(map.region(zone.region).id),
      zone: map.text(zone.id), address: "\(record.address)",
      health: use.health, inFlight: use.inFlight,
      // Rounded up: it is an upper bound.
      lagMilliseconds: lag.map { ($0 + 999_999) / 1_000_000 },
      sampleAgeMilliseconds: probed.map {
        now > $0.sample.takenAt ? now.nanoseconds(since: $0.sample.takenAt) / 1_000_000 : 0
      },
      roundTripMicroseconds: probed.map { $0.roundTripNanoseconds / 1000 })
  }
}
