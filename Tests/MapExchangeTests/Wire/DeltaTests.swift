import MapDocument
import MapExchange
import ShardMap
import Testing
import TestSupport

@Suite("A delta")
struct DeltaTests {
  private let old = Samples.state(tenants: 3)
  private var new: MapState {
    var new = old
    new.change(
      to: 12, issuedAtMilliseconds: 1_795_219_300_000,
      upserts: [
        Samples.tenant(1, generation: 2), Samples.tenant(7),
        MapRecord(.pool(Pool(id: "eu", dedicated: false))),
      ],
      removes: [
        ResourceKey("tenant/tenant-0")!, ResourceKey("pool/own")!, ResourceKey("tenant/globex")!,
      ])
    return new
  }

  private func delta() throws -> MapDelta { try new.delta(from: old, sealedBy: Keys.signer) }

  @Test("leads from one state to the other, over the wire")
  func roundTrip() throws {
    let delta = try delta()
    let received = try MapDelta.decode(delta.encoded(), verifier: Keys.verifier)
    #expect(received == delta)
    var state = old
    try state.apply(received)
    #expect(state.root == new.root)
    #expect(state.records == new.records)
    #expect(state.mapVersion == 12)
  }

  @Test("names what others refer to first, and removes it last")
  func order() throws {
    let delta = try delta()
    #expect(
      delta.upserts.map(\.key.description) == ["pool/eu", "tenant/tenant-1", "tenant/tenant-7"])
    #expect(delta.removes.map(\.description) == ["tenant/tenant-0", "tenant/globex", "pool/own"])
    let lines = try Samples.lines(of: delta.encoded())
    #expect(lines[0].hasPrefix(#"{"format":"shardway.delta/1","from":8,"removes":3,"seal":{"#))
    #expect(lines[0].hasSuffix(#""upserts":3}"#))
    #expect(lines.last == #"{"remove":"pool/own"}"#)
  }

  @Test("of one tenant takes less than 2 KiB on the wire")
  func size() throws {
    var new = old
    new.change(to: 9, issuedAtMilliseconds: 1, upserts: [Samples.tenant(1, generation: 2)])
    #expect(try new.delta(from: old, sealedBy: Keys.signer).encoded().count < 1_024)
  }

  @Test("applies only to the version that it begins at, and never leads back")
  func versions() throws {
    let delta = try delta()
    let before = Samples.state(tenants: 3)
    for (version, code) in [
      (1, "wrong-base"), (7, "wrong-base"), (9, "wrong-base"), (12, "older-version"),
      (13, "older-version"),
    ] as [(UInt64, String)] {
      var state = before
      state.change(to: version, issuedAtMilliseconds: 1, upserts: [])
      let untouched = state
      #expect { try state.apply(delta) } throws: { ($0 as? ExchangeError)?.code == code }
      #expect(state.root == untouched.root && state.mapVersion == version)
    }
  }

  @Test("that doesn't lead to the sealed root changes nothing")
  func wrongRoot() throws {
    let delta = try delta()
    let bad = [
      MapDelta(
        from: 8, seal: delta.seal, upserts: delta.upserts.dropLast(), removes: delta.removes),
      MapDelta(
        from: 8, seal: delta.seal, upserts: delta.upserts, removes: delta.removes.dropLast()),
      MapDelta(
        from: 8, seal: delta.seal, upserts: delta.upserts + [Samples.tenant(8)],
        removes: delta.removes),
      MapDelta(from: 8, seal: delta.seal, upserts: [], removes: []),
    ]
    for delta in bad {
      var state = old
      #expect { try state.apply(delta) } throws: { ($0 as? ExchangeError)?.code == "wrong-root" }
      #expect(state.records == old.records)
      #expect(state.root == old.root)
      #expect(state.mapVersion == old.mapVersion)
    }
    var other = Samples.state(tenants: 2)
    other.change(to: 8, issuedAtMilliseconds: 1, upserts: [])
    #expect { try other.apply(delta) } throws: { ($0 as? ExchangeError)?.code == "wrong-root" }
    let needless = MapDelta(
      from: 8, seal: delta.seal, upserts: delta.upserts,
      removes: delta.removes + [ResourceKey("tenant/never")!])
    var state = old
    #expect { try state.apply(needless) } throws: { ($0 as? ExchangeError)?.code == "malformed" }
    #expect(state.root == old.root)
  }

  private func code(_ change: (inout [String]) -> Void) throws -> String? {
    var lines = try Samples.lines(of: try delta().encoded())
    change(&lines)
    return code(Samples.body(lines))
  }

  private func code(_ body: [UInt8], limits: ExchangeLimits = .standard) -> String? {
    do throws(ExchangeError) {
      _ = try MapDelta.decode(body, verifier: Keys.verifier, limits: limits)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("is refused when its form is not as it should be")
  func form() throws {
    let changes: [(String, (inout [String]) -> Void)] = [
      ("malformed", { $0.swapAt(1, 2) }), ("malformed", { $0.swapAt(4, 5) }),
      ("malformed", { $0[2] = $0[1] }), ("malformed", { $0[5] = $0[4] }),
      ("malformed", { $0[4] = #"{"remove":"tenant/tenant-7"}"# }),
      ("malformed", { $0[4] = #"{"remove":"planet/x"}"# }),
      ("malformed", { $0[4] = #"{"remove": "tenant/zz"}"# }),
      ("malformed", { $0[4] = #"{"upsert":"tenant/zz"}"# }),
      ("malformed", { $0.append($0[6]) }), ("malformed", { $0.removeLast() }),
      ("malformed", { $0.append("") }), ("malformed", { $0.remove(at: 1) }),
      ("malformed", { $0[0] = $0[0].replacing(#""upserts":3"#, with: #""upserts":4"#) }),
      ("malformed", { $0[0] = $0[0].replacing(#""removes":3"#, with: #""removes":2"#) }),
      ("malformed", { $0[0] = $0[0].replacing(#""from":8"#, with: #""from":12"#) }),
      ("malformed", { $0[0] = $0[0].replacing(#""from":8"#, with: #""from":99"#) }),
      (
        "too-large",
        { $0[0] = $0[0].replacing(#""upserts":3"#, with: #""upserts":\#(UInt64.max)"#) }
      ),
      ("too-large", { $0[0] = $0[0].replacing(#""removes":3"#, with: #""removes":200000"#) }),
      (
        "bad-signature", { $0[0] = $0[0].replacing(#""mapVersion":12"#, with: #""mapVersion":13"#) }
      ),
      ("unsupported-format", { $0[0] = $0[0].replacing("delta/1", with: "delta/2") }),
      ("malformed", { $0[0] = "{}" }), ("truncated", { $0 = [] }),
    ]
    for (expected, change) in changes { #expect(try code(change) == expected) }
    #expect(try code { _ in } == nil)
  }

  @Test("is refused when it is cut off, damaged, a bomb, or over a limit")
  func bodies() throws {
    let body = try delta().encoded()
    for count in 0..<body.count { #expect(code(Array(body[..<count])) == "truncated") }
    #expect(code(body + [0]) == "malformed")
    #expect(code(body + body) == "malformed")
    #expect(code(try expanded(body)) == "bad-compression")
    #expect(code(zstd([UInt8](repeating: 0, count: 256 << 20))) == "too-large")
    var limits = ExchangeLimits.standard
    limits.deltaCompressedBytes = body.count - 1
    #expect(code(body, limits: limits) == "too-large")
    limits = .standard
    limits.deltaExpandedBytes = try expanded(body).count - 1
    #expect(code(body, limits: limits) == "too-large")
    limits = .standard
    limits.deltaChanges = 5
    #expect(code(body, limits: limits) == "too-large")
  }

  @Test("that changes on its way never leads to another root", arguments: 0..<40)
  func mutations(seed: UInt64) throws {
    var mutator = Mutator(seed: seed)
    let good = try delta().encoded()
    let text = try expanded(good)
    for round in 0..<60 {
      let body = round.isMultiple(of: 2) ? mutator.mutate(good) : zstd(mutator.mutate(text))
      var state = old
      guard let delta = try? MapDelta.decode(body, verifier: Keys.verifier),
        (try? state.apply(delta)) != nil
      else {
        #expect(state.root == old.root)
        continue
      }
      #expect(state.records == new.records)
    }
  }
}
