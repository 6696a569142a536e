import ShardMap

/// The replicas that compete for a piece of work: of one standing, all at the same distance, which
/// is the nearest there is, and in other regions within the latency window of the fastest.
struct ReplicaField {
  let standing: Standing
  let distance: Distance
  /// The slowest average latency that still competes, in nanoseconds; `.max` where the distance
  /// alone decides.
  var latencyLimit: UInt64

  /// Whether a replica's average latency is within the limit. One that was never measured competes:
  /// there is no other way to measure it.
  func includes(latencyNanoseconds: UInt64?) -> Bool {
    guard let latencyNanoseconds else { return true }
    return latencyNanoseconds <= latencyLimit
  }
}

/// A replica that may serve.
struct Candidate {
  let instance: InstanceIndex
  let slot: HealthSlot
}

/// Power of two choices: two of the field, drawn at random, of which the one with less to do wins.
///
/// Nearly as even as asking everybody, and with no herd that runs after the one that looked best,
/// though each worker sees only its own sessions. Fewest in flight wins, then the lower average
/// latency, then the first drawn. A winner that ramps up stands back in favour of the other, as
/// often as its weight is smaller.
///
/// Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 2001.
struct ReplicaDraw {
  let field: ReplicaField
  let winner: Candidate
  /// The other one drawn; nil where the field has one replica.
  let loser: Candidate?
  let margin: Margin

  /// What the winner was better at.
  enum Margin {
    case alone, lessInFlight, lowerLatency, firstDrawn, fullerWeight
  }

  /// The only one there is.
  init(alone candidate: Candidate, in field: ReplicaField) {
    self.field = field
    winner = candidate
    loser = nil
    margin = .alone
  }

  init(
    _ first: Candidate, _ second: Candidate, in field: ReplicaField,
    _ health: borrowing HealthTable, _ random: inout RandomSource, _ now: MonotonicTime
  ) {
    let comparison = health.compare(first.slot, second.slot, at: now)
    self.field = field
    let (better, worse) = comparison.isSecondBetter ? (second, first) : (first, second)
    // So two that ramp up alike share as two that don't.
    let weight = health.weight(of: better.slot, at: now)
    let other = health.weight(of: worse.slot, at: now)
    if weight < other, random.index(below: Int(other)) >= weight {
      (winner, loser, margin) = (worse, better, .fullerWeight)
    } else {
      (winner, loser, margin) = (better, worse, comparison.margin)
    }
  }
}

extension HealthTable {
  /// Which of two is better for more work, and by what.
  fileprivate func compare(
    _ first: HealthSlot, _ second: HealthSlot, at now: MonotonicTime
  ) -> (isSecondBetter: Bool, margin: ReplicaDraw.Margin) {
    let load = (slots[first.index].inFlight, slots[second.index].inFlight)
    if load.0 != load.1 { return (load.1 < load.0, .lessInFlight) }
    if isFaster(second, than: first, at: now) { return (true, .lowerLatency) }
    if isFaster(first, than: second, at: now) { return (false, .lowerLatency) }
    return (false, .firstDrawn)
  }
}
