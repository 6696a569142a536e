import ShardMap

/// Looks for a replica: nearest first, and of what is equally near two drawn at random.
///
/// Where most will do, few draws find two, however many replicas there are: one that won't do is
/// drawn again, which leaves every pair that will do equally likely. Where that fails a few times,
/// all replicas at the distance are looked at, once.
struct ReplicaSearch: ~Copyable {
  /// Whether ejections are ignored.
  var isPanicking = false
  /// What was found, if anything.
  private(set) var draw: ReplicaDraw?
  /// What was seen; whole once a search for ``Standing/open`` was in vain.
  private(set) var census: ReplicaCensus = []
  /// One at random of those that were found not to be fresh enough.
  private(set) var unfit: HealthSlot?
  /// What a replica that was looked at says against the map.
  private(set) var evidence: RouteEvidence?

  /// Replicas that are drawn before all are looked at.
  private static let luckyDraws = 12
  /// After so many that won't do, most won't.
  private static let hopelessDraws = 5
  /// With so few it is as quick to look at all of them.
  private static let few = 4

  /// Finds two of the nearest replicas of a standing, or the only one; false where there is none.
  mutating func find<Samples: SampleSource & ~Copyable>(
    _ standing: Standing, _ target: borrowing Target, _ tried: borrowing TriedInstances,
    _ catalog: borrowing RouteCatalog, _ health: borrowing HealthTable,
    _ samples: borrowing Samples, _ random: inout RandomSource
  ) -> Bool {
    var distance = Distance.sameZone
    while true {
      let places = target.shelf.places(at: distance)
      if !places.isEmpty,
        find(standing, distance, places, target, tried, catalog, health, samples, &random)
      {
        return true
      }
      guard let next = distance.next else { return false }
      distance = next
    }
  }

  @inline(__always)
  private mutating func find<Samples: SampleSource & ~Copyable>(
    _ standing: Standing, _ distance: Distance, _ places: Range<Int>,
    _ target: borrowing Target, _ tried: borrowing TriedInstances,
    _ catalog: borrowing RouteCatalog, _ health: borrowing HealthTable,
    _ samples: borrowing Samples, _ random: inout RandomSource
  ) -> Bool {
    var field = ReplicaField(standing: standing, distance: distance, latencyLimit: .max)
    // Other regions are not equally far from here: there the measured latency is the distance.
    if distance == .otherRegion {
      field.latencyLimit = fastest(in: field, places, target, tried, catalog, health, samples)
        .addingSaturating(health.policy.latencyWindowNanoseconds)
    }
    if standing == .open, places.count > Self.few,
      drawLuckily(from: field, places, target, tried, catalog, health, samples, &random)
    {
      return true
    }
    return pick(from: field, places, target, tried, catalog, health, samples, &random)
  }

  /// Draws until two will do, if that is soon; false where it is not.
  private mutating func drawLuckily<Samples: SampleSource & ~Copyable>(
    from field: ReplicaField, _ places: Range<Int>, _ target: borrowing Target,
    _ tried: borrowing TriedInstances, _ catalog: borrowing RouteCatalog,
    _ health: borrowing HealthTable, _ samples: borrowing Samples, _ random: inout RandomSource
  ) -> Bool {
    var first: Candidate?
    for draw in 0..<Self.luckyDraws {
      if draw == Self.hopelessDraws, first == nil { return false }
      let place = places.lowerBound + random.index(below: places.count)
      let seen = look(at: place, field, target, tried, catalog, health, samples)
      guard seen.competes(in: field) else {
        note(seen)
        if seen.fitness != .fit { unfit = seen.candidate.slot }
        continue
      }
      guard let found = first else {
        first = seen.candidate
        continue
      }
      if seen.candidate.instance == found.instance { continue }
      self.draw = ReplicaDraw(found, seen.candidate, in: field, health, &random, target.now)
      return true
    }
    return false
  }

  /// Draws two of all that compete, each pair as likely (reservoir sampling; Vitter, "Random
  /// Sampling with a Reservoir", ACM TOMS 1985); false where none does.
  private mutating func pick<Samples: SampleSource & ~Copyable>(
    from field: ReplicaField, _ places: Range<Int>, _ target: borrowing Target,
    _ tried: borrowing TriedInstances, _ catalog: borrowing RouteCatalog,
    _ health: borrowing HealthTable, _ samples: borrowing Samples, _ random: inout RandomSource
  ) -> Bool {
    var pair: (first: Candidate?, second: Candidate?) = (nil, nil)
    var competing = 0
    // Where replicas were drawn before, one of those that won't do is known already.
    let wantsUnfit = unfit == nil
    var unfitCount = 0
    for place in places {
      let seen = look(at: place, field, target, tried, catalog, health, samples)
      if field.standing == .open { census.add(seen) }
      if seen.competes(in: field) {
        competing += 1
        let drawn = competing <= 2 ? competing - 1 : random.index(below: competing)
        if drawn == 0 { pair.first = seen.candidate }
        if drawn == 1 { pair.second = seen.candidate }
        continue
      }
      note(seen)
      if wantsUnfit, seen.fitness != .fit {
        unfitCount += 1
        if random.index(below: unfitCount) == 0 { unfit = seen.candidate.slot }
      }
    }
    guard let first = pair.first else { return false }
    guard let second = pair.second else {
      draw = ReplicaDraw(alone: first, in: field)
      return true
    }
    // Which of the two is compared first must not follow from the map's order.
    let isTurned = random.index(below: 2) == 1
    draw = ReplicaDraw(
      isTurned ? second : first, isTurned ? first : second, in: field, health, &random, target.now)
    return true
  }

  /// The lowest average latency of those that compete; `.max` where none was measured.
  private func fastest<Samples: SampleSource & ~Copyable>(
    in field: ReplicaField, _ places: Range<Int>, _ target: borrowing Target,
    _ tried: borrowing TriedInstances, _ catalog: borrowing RouteCatalog,
    _ health: borrowing HealthTable, _ samples: borrowing Samples
  ) -> UInt64 {
    var fastest = UInt64.max
    for place in places {
      let seen = look(at: place, field, target, tried, catalog, health, samples)
      guard seen.competes(in: field),
        let latency = health.latency(of: seen.candidate.slot, at: target.now)
      else { continue }
      fastest = min(fastest, latency)
    }
    return fastest
  }

  @inline(__always)
  private func look<Samples: SampleSource & ~Copyable>(
    at place: Int, _ field: ReplicaField, _ target: borrowing Target,
    _ tried: borrowing TriedInstances, _ catalog: borrowing RouteCatalog,
    _ health: borrowing HealthTable, _ samples: borrowing Samples
  ) -> SeenReplica {
    let replica = catalog.replica(target.shelf.start + place)
    let slot = health.slot(of: replica)
    return SeenReplica(
      candidate: Candidate(instance: replica, slot: slot),
      standing: health.standing(
        of: slot, tried: tried, ignoringEjection: isPanicking, at: target.now),
      fitness: target.requirement.isNone
        ? .fit : target.requirement.fitness(samples.sample(of: replica)),
      isNear: field.latencyLimit == .max
        || field.includes(latencyNanoseconds: health.latency(of: slot, at: target.now)))
  }

  private mutating func note(_ seen: SeenReplica) {
    if seen.fitness == .claimsPrimary { evidence = .replicaTakesWrites }
  }
}
