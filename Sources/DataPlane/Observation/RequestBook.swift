import ShardMap
import Telemetry

/// A worker's way from a request to its histograms: it finds the series without a look at any name.
///
/// Nothing allocates but the first request of a shard, a tier and an outcome.
struct RequestBook {
  /// Which histograms a session's requests go into, but for their outcomes.
  struct Key {
    /// A ``RequestSeries/label`` without its outcome.
    fileprivate let value: UInt32

    /// Of requests that nobody has routed.
    static let none = Key(value: 0)

    /// The shard's number in the register; nil where nobody has routed, or all are one.
    var shard: Int? { value >> 5 == 0 ? nil : Int(value >> 5) }
  }

  private static let unknown = UInt16.max

  /// Whether there is one: a look at the reference itself would be counted.
  private let isKept: Bool
  private let histograms: RequestHistograms?
  private let register: ShardRegister
  /// Numbers in the register, by index of the map.
  private var places: [UInt16]
  /// Series by key and outcome.
  private var series: [UInt16] = []

  /// A book of what goes into `histograms`; nil to keep none.
  init(_ histograms: RequestHistograms?, _ register: ShardRegister, shardCount: Int) {
    isKept = histograms != nil
    self.histograms = histograms
    self.register = register
    places = histograms == nil ? [] : Array(repeating: Self.unknown, count: shardCount)
    guard let histograms else { return }
    // Room for requests that find no room of their own.
    for tier in TierName.allCases {
      for outcome in RequestOutcome.allCases {
        _ = add(
          RequestSeries(shard: ShardRegister.others, tier: tier, outcome: outcome), histograms)
      }
    }
  }

  /// Shards have other indices from now on.
  mutating func catalogChanged(shardCount: Int) {
    guard histograms != nil else { return }
    places = Array(repeating: Self.unknown, count: shardCount)
  }

  /// Where requests go of a shard of the map in use and a tier.
  @inline(__always)
  mutating func key(shard: ShardIndex, tier: Consistency, in map: CompiledMap) -> Key {
    guard isKept else { return .none }
    let number = UInt32(number(of: shard, in: map))
    return Key(value: number << 5 | UInt32(TierName(tier).rawValue) << 3)
  }

  /// The number of a shard of the map in use.
  mutating func number(of shard: ShardIndex, in map: CompiledMap) -> Int {
    guard isKept else { return ShardRegister.others }
    let index = Int(shard.rawValue)
    if places[index] == Self.unknown { places[index] = UInt16(register.place(of: shard, in: map)) }
    return Int(places[index])
  }

  /// Counts a request that has ended.
  @inline(__always)
  mutating func note(
    _ key: Key, _ outcome: RequestOutcome, tookNanoseconds: UInt64, waitedNanoseconds: UInt64
  ) {
    guard isKept, let histograms else { return }
    let place = Int(key.value) | Int(outcome.rawValue)
    var found = place < series.count ? series[place] : Self.unknown
    if found == Self.unknown { found = open(place, histograms) }
    histograms.latencies.note(Int(found), nanoseconds: tookNanoseconds)
    histograms.waits.note(Int(found), nanoseconds: waitedNanoseconds)
  }

  /// The series for a label that has none yet.
  private mutating func open(_ label: Int, _ histograms: RequestHistograms) -> UInt16 {
    guard let wanted = RequestSeries(label: UInt64(label)) else { return 0 }
    if let added = add(wanted, histograms) { return added }
    let other = RequestSeries(
      shard: ShardRegister.others, tier: wanted.tier, outcome: wanted.outcome)
    return series[Int(other.label)]
  }

  private mutating func add(
    _ wanted: RequestSeries, _ histograms: RequestHistograms
  ) -> UInt16? {
    guard let added = histograms.add(wanted) else { return nil }
    let place = Int(wanted.label)
    if place >= series.count {
      series += Array(repeating: Self.unknown, count: place + 1 - series.count)
    }
    series[place] = UInt16(added)
    return UInt16(added)
  }
}
