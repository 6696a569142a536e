import MapDocument
import MapExchange
import RandomNumbers
import ShardMap
import Testing

@Suite("A map in memory")
struct MapStateTests {
  @Test("is the document that it was made from")
  func document() throws {
    #expect(try MapState(MapDocument.sample).document() == MapDocument.sample)
  }

  @Test("has a root that depends on its records and not on the way to them", arguments: 0..<8)
  func history(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var state = MapState(MapDocument.sample)
    var states = [state]
    for version in 8..<40 as Range<UInt64> {
      let numbers = (0..<30).shuffled(using: &random)
      let count = Int.random(in: 0...6, using: &random)
      let gone = numbers.suffix(10).map { Samples.tenant($0).key }.filter { state[$0] != nil }
      state.change(
        to: version, issuedAtMilliseconds: Int64(version),
        upserts: numbers.prefix(count).map { Samples.tenant($0, generation: version) },
        removes: Array(gone.prefix(3)))
      states.append(state)
    }
    // From any earlier state, in any number of deltas, to the last one.
    for _ in 0..<20 {
      var place = Int.random(in: 0..<states.count, using: &random)
      var follower = states[place]
      while place < states.count - 1 {
        let next = Int.random(in: place + 1..<states.count, using: &random)
        let delta = try states[next].delta(from: states[place], sealedBy: Keys.signer)
        try follower.apply(try MapDelta.decode(delta.encoded(), verifier: Keys.verifier))
        place = next
      }
      #expect(follower.root == state.root)
      #expect(follower.records == state.records)
    }
    let shuffled = state.records.shuffled(using: &random)
    #expect(
      MapState(mapVersion: 1, issuedAtMilliseconds: 0, records: shuffled).root == state.root)
  }

  @Test("is replaced by a snapshot, and never by an older one or by another of its version")
  func replace() throws {
    let newer = Samples.state(tenants: 4)
    var state = MapState(MapDocument.sample)
    try state.replace(
      withSnapshot: try newer.snapshot(sealedBy: Keys.signer), verifier: Keys.verifier)
    #expect(state.records == newer.records)
    try state.replace(
      withSnapshot: try newer.snapshot(sealedBy: Keys.signer), verifier: Keys.verifier)

    let older = try MapState(MapDocument.sample).snapshot(sealedBy: Keys.signer)
    #expect(throws: ExchangeError.older(version: 7, current: 8)) {
      try state.replace(withSnapshot: older, verifier: Keys.verifier)
    }
    let other = try Samples.state(tenants: 5).snapshot(sealedBy: Keys.signer)
    #expect { try state.replace(withSnapshot: other, verifier: Keys.verifier) } throws: {
      ($0 as? ExchangeError)?.code == "wrong-root"
    }
    #expect(state.root == newer.root && state.mapVersion == 8)
  }
}
