import MapDocument
import MapExchange
import ShardMap
import Testing

@Suite("A bad snapshot is refused")
struct BadSnapshotTests {
  private let state = Samples.state(tenants: 3)

  private func lines() throws -> [String] {
    try Samples.lines(of: try state.snapshot(sealedBy: Keys.signer))
  }

  private func error(_ change: (inout [String]) -> Void) throws -> ExchangeError? {
    var lines = try lines()
    change(&lines)
    return SnapshotVerdict.reading(Samples.body(lines)).error
  }

  @Test("when nobody trusted signed it, or the signature is wrong")
  func signatures() throws {
    let stranger = SealSigner(privateKeys: [Keys.stranger])
    #expect(
      SnapshotVerdict.reading(try state.snapshot(sealedBy: stranger)).error
        == .unknownKey(keyIDs: [Keys.stranger.publicKey.keyID]))
    let error = try error { lines in
      lines[0] = lines[0].replacing(#""mapVersion":8"#, with: #""mapVersion":9"#)
    }
    #expect(error == .badSignature(keyID: Keys.first.publicKey.keyID))
    // Nothing behind a bad seal is looked at.
    let verdict = SnapshotVerdict.reading(
      Samples.body([try lines()[0].replacing(#""mapVersion":8"#, with: #""mapVersion":9"#), "x"]))
    #expect(verdict.error == .badSignature(keyID: Keys.first.publicKey.keyID))
    #expect(verdict.records.isEmpty)
  }

  @Test("when its records are not those that were sealed")
  func roots() throws {
    let changed = try error { lines in
      lines[lines.count - 1] = lines.last!.replacing(
        #""state":"active""#, with: #""state":"suspended""#)
    }
    #expect(changed?.code == "wrong-root")
    let unknownField = try error { lines in
      lines[lines.count - 1] = lines.last!.replacing("}", with: #","zz":1}"#)
    }
    #expect(unknownField?.code == "wrong-root")
    let replaced = try error { lines in
      lines[lines.count - 1] = String(decoding: Samples.tenant(9).bytes, as: UTF8.self)
    }
    #expect(replaced?.code == "wrong-root")
  }

  @Test("and one with an unknown field that was sealed is taken")
  func unknownField() throws {
    var state = state
    let text = String(decoding: Samples.tenant(1).bytes, as: UTF8.self)
    let richer = try MapRecord(
      canonical: Array(text.replacing("}", with: #","zone":{"x":1}}"#).utf8))
    state.change(to: 9, issuedAtMilliseconds: 1, upserts: [richer])
    let body = try state.snapshot(sealedBy: Keys.signer)
    let verdict = SnapshotVerdict.reading(body)
    #expect(verdict.error == nil)
    #expect(verdict.records.contains(richer))
    // Unknown fields of the header are passed over too.
    var lines = try Samples.lines(of: body)
    lines[0] = lines[0].replacing(#"{"count""#, with: #"{"a":[1],"count""#)
    #expect(SnapshotVerdict.reading(Samples.body(lines)).error == nil)
  }

  @Test("when it requires what nobody here knows")
  func features() throws {
    let seal = try state.seal(by: Keys.signer, requires: ["shard-splits"])
    #expect(
      SnapshotVerdict.reading(try state.snapshot(seal: seal)).error
        == .unsupportedFeature("shard-splits"))
  }

  @Test("when its format is another, or its first line is none")
  func headers() throws {
    #expect(
      try error { $0[0] = $0[0].replacing("snapshot/1", with: "snapshot/2") }
        == .unsupportedFormat("shardway.snapshot/2"))
    let delta = MapDelta(from: 7, seal: try state.seal(by: Keys.signer), upserts: [], removes: [])
    #expect(
      SnapshotVerdict.reading(delta.encoded()).error == .unsupportedFormat("shardway.delta/1"))
    for header in [
      "", "x", "[]", "{}", #"{"count":1}"#, #"{"format":"shardway.snapshot/1"}"#,
      #"{"count":-1,"format":"shardway.snapshot/1","seal":{}}"#,
      #"{"count":1,"format":"shardway.snapshot/1","seal":1}"#,
      #"{"count":1,"format":"shardway.snapshot/1","seal":{}}"#,
    ] {
      #expect(try error { $0[0] = header }?.code == "malformed")
    }
    #expect(try error { $0[0] = $0[0].replacing(",", with: ", ") }?.code == "malformed")
    #expect(
      try error { $0[0] = $0[0].replacing(#""root":""#, with: #""root":"X"#) }?.code == "malformed")
  }

  @Test("when a record is there twice, out of order, of an unknown kind or not canonical")
  func records() throws {
    let changes: [(inout [String]) -> Void] = [
      { $0.insert($0[3], at: 3) },
      { $0.swapAt(1, 2) },
      { $0.swapAt(1, $0.count - 1) },
      { $0[1] = $0[1].replacing("region", with: "planet") },
      { $0[1] = $0[1].replacing(":", with: ": ") },
      { $0[1] = "" },
      { $0[1] = $0[1] + " " },
      { $0.append("{}") },
      { $0.append("") },
    ]
    for change in changes { #expect(try error(change)?.code == "malformed") }
  }

  @Test("when there are more or fewer records than it says")
  func counts() throws {
    let count = state.count
    for wrong in [0, 1, count - 1, count + 1, count * 1_000] {
      let error = try error {
        $0[0] = $0[0].replacing(#""count":\#(count)"#, with: #""count":\#(wrong)"#)
      }
      #expect(error?.code == "malformed", "\(wrong) for \(count)")
    }
    let huge = try error {
      $0[0] = $0[0].replacing(#""count":\#(count)"#, with: #""count":\#(UInt64.max)"#)
    }
    #expect(huge?.code == "too-large")
  }

  @Test("when something follows it, or its last line has no end")
  func trailing() throws {
    let body = try state.snapshot(sealedBy: Keys.signer)
    for extra: [UInt8] in [[0], Array("\n".utf8), zstd([]), zstd(Array("{}\n".utf8)), body] {
      for cut in [1, 1_000_000] {
        let verdict = SnapshotVerdict.reading(Cut.every(cut, body + extra))
        #expect(verdict.error?.code == "malformed")
      }
    }
    let text = try expanded(body)
    #expect(SnapshotVerdict.reading(zstd(text.dropLast())).error?.code == "malformed")
    #expect(SnapshotVerdict.reading(zstd(text + [UInt8(ascii: "{")])).error?.code == "malformed")
  }

  @Test("when it isn't compressed, or damaged in a way that the checksum finds")
  func compression() throws {
    let body = try state.snapshot(sealedBy: Keys.signer)
    #expect(SnapshotVerdict.reading(try expanded(body)).error?.code == "bad-compression")
    var damaged = body
    damaged[damaged.count - 1] ^= 1
    #expect(SnapshotVerdict.reading(damaged).error?.code == "bad-compression")
  }

  @Test("when it is a bomb: a gibibyte of zeros, or of line ends, in 100 KB")
  func bombs() throws {
    // Refused long before it is expanded: that limit isn't reached.
    var limits = ExchangeLimits.standard
    limits.snapshotExpandedBytes = 256 << 10
    for (byte, code) in [(UInt8(0), "a line is over"), (UInt8(ascii: "\n"), "line 1: ")] {
      let bomb = zstd([UInt8](repeating: byte, count: 1 << 30))
      #expect(bomb.count < 200_000)
      let error = try #require(SnapshotVerdict.reading(bomb, limits: limits).error)
      #expect("\(error)".hasPrefix(code))
    }
    // Behind a good seal and good records, too.
    let text = try expanded(try state.snapshot(sealedBy: Keys.signer))
    let bomb = zstd(text + [UInt8](repeating: 0, count: 64 << 20))
    #expect(SnapshotVerdict.reading(bomb).error == .tooLarge("a line", limit: 64 << 10))
  }

  @Test("over any of the limits")
  func limits() throws {
    let body = try Samples.state(tenants: 3_000).snapshot(sealedBy: Keys.signer)
    let size = try expanded(body).count
    var limits = ExchangeLimits.standard
    limits.snapshotCompressedBytes = body.count
    limits.snapshotExpandedBytes = size
    limits.snapshotRecords = 3_000 + state.count - 3
    #expect(SnapshotVerdict.reading(body, limits: limits).error == nil)
    let narrower: [(inout ExchangeLimits) -> Void] = [
      { $0.snapshotCompressedBytes -= 1 }, { $0.snapshotExpandedBytes -= 1 },
      { $0.snapshotRecords -= 1 }, { $0.lineBytes = 100 },
    ]
    for narrow in narrower {
      var limits = limits
      narrow(&limits)
      let whole = SnapshotVerdict.reading(body, limits: limits)
      #expect(whole.error?.code == "too-large")
      #expect(SnapshotVerdict.reading(Cut.every(1, body), limits: limits) == whole)
    }
  }

  @Test("when its window would take more memory than allowed")
  func window() throws {
    // A frame header that asks for a window of 64 MiB (RFC 8878 section 3.1.1.1.2).
    let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x80, 0x01, 0x00, 0x00]
    #expect(SnapshotVerdict.reading(frame).error?.code == "too-large")
  }
}
