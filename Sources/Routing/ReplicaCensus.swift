/// A replica that was looked at.
struct SeenReplica {
  let candidate: Candidate
  let standing: Standing
  let fitness: Fitness
  /// Whether its latency is within the field's limit.
  let isNear: Bool

  func competes(in field: ReplicaField) -> Bool {
    fitness == .fit && standing == field.standing && isNear
  }
}

/// What there is among the replicas of a shard.
struct ReplicaCensus: OptionSet {
  let rawValue: UInt8

  /// One that is fresh enough, whatever it is worth else.
  static let fit = ReplicaCensus(rawValue: 1)
  /// One that is fresh enough, and failed a moment ago.
  static let fitCooling = ReplicaCensus(rawValue: 2)
  /// One that is fresh enough, and failed too often.
  static let fitEjected = ReplicaCensus(rawValue: 4)
  /// One that isn't known to have what the session knows of.
  static let behindFloor = ReplicaCensus(rawValue: 8)
  /// One that may be further behind than the bound.
  static let lagExceeded = ReplicaCensus(rawValue: 16)

  mutating func add(_ seen: SeenReplica) {
    switch (seen.fitness, seen.standing) {
    case (.fit, .cooling): formUnion([.fit, .fitCooling])
    case (.fit, .ejected): formUnion([.fit, .fitEjected])
    case (.fit, .open), (.fit, .tried): formUnion(.fit)
    case (.behindFloor, _): formUnion(.behindFloor)
    case (.lagExceeded, _): formUnion(.lagExceeded)
    case (.lagUnknown, _), (.claimsPrimary, _): break
    }
  }

  /// Why the primary serves what a replica should have.
  var reasonForPrimary: RouteReason {
    if contains(.fit) { return .primaryFallback }
    if contains(.behindFloor) { return .floorNotReached }
    return contains(.lagExceeded) ? .lagExceeded : .lagUnknown
  }
}
