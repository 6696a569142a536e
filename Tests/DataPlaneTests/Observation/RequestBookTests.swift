import Routing
import ShardMap
import Telemetry
import Testing

@testable import DataPlane

@Suite("The book of requests")
struct RequestBookTests {
  private let register = ShardRegister()
  private let histograms = RequestHistograms(bounds: HistogramBounds(nanoseconds: [10, 20]))

  private func map(_ shards: [String], version: UInt64 = 1) throws -> CompiledMap {
    try ShardsMap(
      shards: shards.map { ShardsMap.Shard(id: $0, primary: "\($0)-a") }, version: version
    ).compiled()
  }

  private func counted() -> [RequestSeries: UInt64] {
    var found: [RequestSeries: UInt64] = [:]
    for series in 0..<histograms.latencies.seriesCount {
      var counts = HistogramCounts(bounds: histograms.latencies.bounds)
      histograms.latencies.read(series, into: &counts)
      let name = RequestSeries(label: histograms.latencies.label(of: series))
      if counts.count > 0, let name { found[name] = counts.count }
    }
    return found
  }

  @Test("counts requests by shard, tier and outcome, and times them")
  func counting() throws {
    let map = try map(["s1", "s2"])
    var book = RequestBook(histograms, register, shardCount: 2)
    let one = book.key(shard: ShardIndex(1), tier: .session, in: map)
    book.note(one, .served, tookNanoseconds: 15, waitedNanoseconds: 5)
    book.note(one, .served, tookNanoseconds: 25, waitedNanoseconds: 5)
    let other = book.key(shard: ShardIndex(0), tier: .strong, in: map)
    book.note(other, .refused, tookNanoseconds: 1, waitedNanoseconds: 1)
    book.note(other, .abandoned, tookNanoseconds: 1, waitedNanoseconds: 1)
    let (s2, s1) = (1, 2)
    #expect(register.names == ["other", "s2", "s1"])
    let served = RequestSeries(shard: s2, tier: .session, outcome: .served)
    #expect(
      counted() == [
        served: 2, RequestSeries(shard: s1, tier: .strong, outcome: .refused): 1,
        RequestSeries(shard: s1, tier: .strong, outcome: .abandoned): 1,
      ])
  }

  @Test("keeps a shard's number when the map has it at another place")
  func mapChange() throws {
    var book = RequestBook(histograms, register, shardCount: 1)
    let before = try book.key(shard: ShardIndex(0), tier: .strong, in: map(["s5"]))
    book.catalogChanged(shardCount: 2)
    let after = try book.key(shard: ShardIndex(1), tier: .strong, in: map(["a", "s5"]))
    #expect(before.shard == after.shard)
    #expect(before.shard == 1)
  }

  @Test("counts what nobody has routed, and what finds no room, with the others")
  func others() throws {
    var book = RequestBook(histograms, register, shardCount: 1)
    book.note(.none, .failed, tookNanoseconds: 1, waitedNanoseconds: 1)
    while histograms.add(RequestSeries(shard: 9, tier: .bounded, outcome: .failed)) != nil {}
    let key = try book.key(shard: ShardIndex(0), tier: .eventual, in: map(["s1"]))
    book.note(key, .served, tookNanoseconds: 1, waitedNanoseconds: 1)
    #expect(
      counted() == [
        RequestSeries(shard: 0, tier: .strong, outcome: .failed): 1,
        RequestSeries(shard: 0, tier: .eventual, outcome: .served): 1,
      ])
  }

  @Test("keeps nothing where nobody asks")
  func off() throws {
    var book = RequestBook(nil, register, shardCount: 1)
    let key = try book.key(shard: ShardIndex(0), tier: .strong, in: map(["s1"]))
    book.note(key, .served, tookNanoseconds: 1, waitedNanoseconds: 1)
    #expect(register.names == ["other"])
  }

  @Test("reads back every label of a series")
  func labels() {
    for shard in [0, 1, ShardRegister.limit] {
      for tier in TierName.allCases {
        for outcome in RequestOutcome.allCases {
          let series = RequestSeries(shard: shard, tier: tier, outcome: outcome)
          #expect(RequestSeries(label: series.label) == series)
        }
      }
    }
  }
}

@Suite("The register of shards")
struct ShardRegisterTests {
  @Test("tells so many shards apart, and counts the rest as one")
  func limit() throws {
    let shards = (0...ShardRegister.limit).map {
      ShardsMap.Shard(id: "s\($0)", primary: "i\($0)")
    }
    let map = try ShardsMap(shards: shards).compiled()
    let register = ShardRegister()
    for index in 0..<ShardRegister.limit {
      #expect(register.place(of: ShardIndex(UInt32(index)), in: map) == index + 1)
    }
    let last = ShardIndex(UInt32(ShardRegister.limit))
    #expect(register.place(of: last, in: map) == ShardRegister.others)
    #expect(register.place(of: ShardIndex(0), in: map) == 1)
    #expect(register.names.count == ShardRegister.limit + 1)
  }
}
