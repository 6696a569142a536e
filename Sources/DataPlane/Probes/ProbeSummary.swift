import Routing
import ShardMap

/// What probes know of a map's instances, in figures for a person.
public struct ProbeSummary: Sendable, Equatable {
  /// Instances of the map.
  public var instances = 0
  /// Those that have been sampled on the connection they have.
  public var sampled = 0
  /// Those of which it is proven how fresh they are.
  public var proven = 0
  /// The longest time that a replica is proven to lag at most, in nanoseconds; nil when nothing is proven of any.
  public var longestLagNanoseconds: UInt64?

  /// Reads the whole board.
  init(of edition: MapEdition, at now: MonotonicTime) {
    for index in edition.map.instanceIndices {
      instances += 1
      guard let sample = edition.samples.read(index) else { continue }
      sampled += 1
      guard let lag = sample.provenLagNanoseconds(at: now) else { continue }
      proven += 1
      if sample.role == .replica { longestLagNanoseconds = max(longestLagNanoseconds ?? 0, lag) }
    }
  }
}
