import MapExchange
import RandomNumbers
import ShardMap
import Testing
import TestSupport

@Suite("A snapshot")
struct SnapshotTests {
  @Test("comes back record by record", arguments: [0, 1, 2, 1_000, 20_000])
  func roundTrip(tenants: Int) throws {
    let state = Samples.state(tenants: tenants)
    let verdict = SnapshotVerdict.reading(try state.snapshot(sealedBy: Keys.signer))
    #expect(verdict.error == nil)
    #expect(verdict.records == state.records)
    #expect(verdict.seal?.root == state.root)
    #expect(verdict.seal?.mapVersion == 8)
  }

  @Test("of nothing is a map too")
  func empty() throws {
    let verdict = SnapshotVerdict.reading(try MapState().snapshot(sealedBy: Keys.signer))
    #expect(
      verdict == SnapshotVerdict(seal: try MapState().seal(by: Keys.signer)).sameSeal(verdict))
    #expect(verdict.records.isEmpty)
  }

  @Test("is written as it is described")
  func form() throws {
    let state = Samples.state(tenants: 1)
    let lines = try Samples.lines(of: try state.snapshot(sealedBy: Keys.signer))
    #expect(lines.count == 1 + state.count)
    #expect(
      lines[0].hasPrefix(
        #"{"count":\#(state.count),"format":"shardway.snapshot/1","seal":{"issuedAt":"#))
    #expect(lines[1] == #"{"id":"far","kind":"region"}"#)
    #expect(
      lines.last
        == #"{"database":"t0","generation":1,"id":"tenant-0","kind":"tenant","policy":"standard","#
        + #""pool":"shared","shard":"s1","state":"active"}"#)
  }

  @Test("is judged the same however it was cut", arguments: 0..<12)
  func cuts(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var mutator = Mutator(seed: seed)
    let good = try Samples.state(tenants: [3, 400][Int(seed % 2)]).snapshot(sealedBy: Keys.signer)
    // Half of the bodies are damaged, half of those behind the compression.
    let body =
      switch seed % 4 {
      case 0, 1: good
      case 2: mutator.mutate(good)
      default: zstd(mutator.mutate(try expanded(good)))
      }
    let whole = SnapshotVerdict.reading(body)
    for size in [1, 2, 7, 4_096, 16_384] {
      #expect(SnapshotVerdict.reading(Cut.every(size, body)) == whole)
    }
    for _ in 0..<10 {
      #expect(SnapshotVerdict.reading(Cut.randomly(body, &random)) == whole)
    }
  }

  @Test("that is cut off anywhere is truncated, and never believed")
  func truncated() throws {
    let body = try Samples.state(tenants: 3).snapshot(sealedBy: Keys.signer)
    for count in 0..<body.count {
      let verdict = SnapshotVerdict.reading(Array(body[..<count]))
      #expect(verdict.error == .truncated, "after \(count) of \(body.count) bytes")
    }
    // Cut off at a line inside a good frame: the count and the root are what tells.
    let lines = try Samples.lines(of: body)
    for count in 0..<lines.count {
      let verdict = SnapshotVerdict.reading(Samples.body(Array(lines[..<count])))
      #expect(verdict.error?.code == (count == 0 ? "truncated" : "malformed"))
    }
  }

  @Test("that changes on its way is never believed with another content", arguments: 0..<40)
  func mutations(seed: UInt64) throws {
    var mutator = Mutator(seed: seed)
    let state = Samples.state(tenants: 5)
    let good = try state.snapshot(sealedBy: Keys.signer)
    let text = try expanded(good)
    for round in 0..<60 {
      let body = round.isMultiple(of: 2) ? mutator.mutate(good) : zstd(mutator.mutate(text))
      let verdict = SnapshotVerdict.reading(body)
      #expect((verdict.error == nil) == (verdict.seal != nil))
      if verdict.error == nil { #expect(verdict.records == state.records) }
    }
  }

  @Test("a writer takes records in order, and as many as it was told")
  func writer() throws {
    let state = Samples.state(tenants: 2)
    let seal = try state.seal(by: Keys.signer)
    let records = state.records
    #expect { try Self.write(records.reversed(), seal, count: records.count) } throws: {
      ($0 as? ExchangeError)?.code == "malformed"
    }
    #expect {
      try Self.write(records + records.suffix(1), seal, count: records.count + 1)
    } throws: {
      ($0 as? ExchangeError)?.code == "malformed"
    }
    for count in [records.count - 1, records.count + 1] {
      #expect { try Self.write(records, seal, count: count) } throws: {
        ($0 as? ExchangeError)?.code == "malformed"
      }
    }
  }

  private static func write(
    _ records: [MapRecord], _ seal: MapSeal, count: Int
  ) throws(ExchangeError) {
    var writer = SnapshotWriter(seal: seal, count: count)
    for record in records { try writer.append(record) }
    _ = try writer.finish()
  }

  @Test("is written piece by piece, with little waiting to be taken")
  func streaming() throws {
    let state = Samples.state(tenants: 20_000)
    let seal = try state.seal(by: Keys.signer)
    var writer = SnapshotWriter(seal: seal, count: state.count)
    var body: [UInt8] = []
    var takes = 0
    for record in state.records {
      try writer.append(record)
      #expect(writer.outputCount < 1 << 20)
      if writer.outputCount > 0 {
        body += writer.takeOutput()
        takes += 1
      }
    }
    body += try writer.finish()
    #expect(takes > 1)
    #expect(body == (try state.snapshot(seal: seal)))
  }
}

extension SnapshotVerdict {
  /// Ed25519 signatures of the same data may differ; what is signed may not.
  fileprivate func sameSeal(_ other: SnapshotVerdict) -> SnapshotVerdict {
    guard seal?.root == other.seal?.root, seal?.mapVersion == other.seal?.mapVersion else {
      return self
    }
    var same = self
    same.seal = other.seal
    return same
  }
}
