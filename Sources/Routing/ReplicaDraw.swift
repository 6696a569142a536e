import ShardMap

/// The replicas that compete for a session: of one standing, all at the same distance, which is the
/// nearest there is, and in other regions within the latency window of the fastest.
struct ReplicaField {
  let standing: Standing
  let distance: Distance
  /// The slowest average latency that still competes, in nanoseconds; `.max` where the distance
  /// alone decides.
  let latencyLimit: UInt64
  let count: Int

  /// Nil where no replica has the standing.
  init?(_ standing: Standing, _ view: CandidateView, _ health: borrowing HealthTable) {
    var nearest: Distance?
    var fastest = UInt64.max
    for position in 0..<view.replicaCount {
      let replica = view.replica(position)
      guard view.standing(of: replica, health) == standing else { continue }
      let distance = view.distance(of: replica)
      nearest = min(nearest ?? distance, distance)
      if let latency = health.latency(of: replica, at: view.now) {
        fastest = min(fastest, latency)
      }
    }
    guard let nearest else { return nil }
    self.standing = standing
    distance = nearest
    // Other regions are not equally far from here: there the measured latency is the distance.
    latencyLimit =
      nearest == .otherRegion
      ? fastest.addingSaturating(health.policy.latencyWindowNanoseconds) : .max
    var count = 0
    for position in 0..<view.replicaCount
    where Self.contains(
      view.replica(position), standing, nearest, latencyLimit, view, health)
    {
      count += 1
    }
    self.count = count
  }

  /// Whether a replica competes.
  func contains(
    _ replica: InstanceIndex, _ view: CandidateView, _ health: borrowing HealthTable
  ) -> Bool {
    Self.contains(replica, standing, distance, latencyLimit, view, health)
  }

  private static func contains(
    _ replica: InstanceIndex, _ standing: Standing, _ distance: Distance, _ latencyLimit: UInt64,
    _ view: CandidateView, _ health: borrowing HealthTable
  ) -> Bool {
    guard view.standing(of: replica, health) == standing else { return false }
    guard view.distance(of: replica) == distance else { return false }
    // One that was never measured competes: there is no other way to measure it.
    guard let latency = health.latency(of: replica, at: view.now) else { return true }
    return latency <= latencyLimit
  }
}

/// Power of two choices: two of the field, drawn at random, of which the one with less to do wins.
///
/// Nearly as even as asking everybody, and with no herd that runs after the one that looked best,
/// though each worker sees only its own sessions. Fewest in flight wins, then the lower average
/// latency, then the first drawn.
///
/// Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 2001.
struct ReplicaDraw {
  let field: ReplicaField
  let winner: InstanceIndex
  /// The other one drawn; nil where the field has one replica.
  let loser: InstanceIndex?
  let margin: Margin

  /// What the winner was better at.
  enum Margin {
    case alone, lessInFlight, lowerLatency, firstDrawn
  }

  /// Nil where no replica has the standing.
  init?(
    _ standing: Standing, _ view: CandidateView, _ health: borrowing HealthTable,
    _ random: inout RandomSource
  ) {
    guard let field = ReplicaField(standing, view, health) else { return nil }
    self.field = field
    if field.count == 1 {
      winner = field.member(0, view, health)
      loser = nil
      margin = .alone
      return
    }
    let one = random.index(below: field.count)
    // The second is drawn from the rest, so that the two are never the same.
    let rest = random.index(below: field.count - 1)
    let first = field.member(one, view, health)
    let second = field.member(rest < one ? rest : rest + 1, view, health)
    let (secondWins, margin) = Self.compare(first, second, view, health)
    winner = secondWins ? second : first
    loser = secondWins ? first : second
    self.margin = margin
  }

  private static func compare(
    _ first: InstanceIndex, _ second: InstanceIndex, _ view: CandidateView,
    _ health: borrowing HealthTable
  ) -> (secondWins: Bool, Margin) {
    let load = (health[health.slot(of: first)].inFlight, health[health.slot(of: second)].inFlight)
    if load.0 != load.1 { return (load.1 < load.0, .lessInFlight) }
    // One that was never measured counts as fast, so that it will be.
    let latency = (
      health.latency(of: first, at: view.now) ?? 0, health.latency(of: second, at: view.now) ?? 0
    )
    if latency.0 != latency.1 { return (latency.1 < latency.0, .lowerLatency) }
    return (false, .firstDrawn)
  }
}

extension ReplicaField {
  /// The replica at a place in `0..<count` of the field.
  fileprivate func member(
    _ place: Int, _ view: CandidateView, _ health: borrowing HealthTable
  ) -> InstanceIndex {
    var left = place
    for position in 0..<view.replicaCount {
      let replica = view.replica(position)
      guard contains(replica, view, health) else { continue }
      if left == 0 { return replica }
      left -= 1
    }
    preconditionFailure("place \(place) is outside a field of \(count) replicas")
  }
}

extension UInt64 {
  fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
