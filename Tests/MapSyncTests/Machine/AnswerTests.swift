import MapSync
import ShardMap
import Testing

@Suite("What an answer means")
struct AnswerTests {
  private static func edition(_ version: UInt64, _ root: UInt8) -> MapEdition {
    MapEdition(version: version, root: Bench.root(root))
  }

  /// An answer to the question what is newer than version 5, and what follows from it.
  private static let answers: [(answer: SyncAnswer, condition: SidecarCondition, code: String)] = [
    (.nothingNew(edition(5, 5), waited: .zero), .current, ""),
    (.nothingNew(edition(4, 4), waited: .zero), .refusing, "older-version"),
    (.nothingNew(edition(5, 6), waited: .zero), .refusing, "wrong-root"),
    (.versionAhead("head is 4"), .refusing, "older-version"),
    (.problem(code: "unauthorized", text: "no such token"), .unreachable, "unauthorized"),
    (.problem(code: "internal", text: "500"), .unreachable, "internal"),
    (.failed("connection refused"), .unreachable, "no-answer"),
  ]

  @Test("is told to the routers, and only the map in use is confirmed", arguments: answers)
  func meaning(answer: SyncAnswer, condition: SidecarCondition, code: String) throws {
    let bench = Bench()
    let request = try #require(bench.nextRequest())
    bench.send(.answered(request.id, answer))
    let stamp = try #require(bench.stamps.last)
    #expect(stamp.condition == condition && stamp.lastErrorCode == code)
    #expect(stamp.mapVersion == 5)
    #expect((bench.age == .zero) == (condition == .current))
  }

  @Test("a newer version in a 204 is a change that came between: asked for again, no blame")
  func crossed() throws {
    let bench = Bench()
    let request = try #require(bench.nextRequest())
    let again = bench.send(.answered(request.id, .nothingNew(Self.edition(6, 6), waited: .zero)))
    #expect(again.request?.kind == .delta(from: 5, wait: .zero))
    #expect(bench.age > .seconds(60) && bench.machine.status.lastError == nil)
  }

  @Test("a document is applied, published, and confirms the moment the control plane answered")
  func document() throws {
    let bench = Bench()
    let request = try #require(bench.nextRequest())
    bench.pass(.seconds(9))
    let actions = bench.send(.answered(request.id, .document(waited: .seconds(8))))
    #expect(actions == [.apply(request.id)])
    #expect(bench.stamps.last?.mapVersion == 5)
    bench.pass(.seconds(2))
    bench.send(.applied(request.id, Self.edition(6, 6)))
    #expect(bench.stamps.last?.mapVersion == 6 && bench.stamps.last?.condition == .current)
    #expect(bench.age == .seconds(3))
    #expect(bench.notes.contains(.published(Self.edition(6, 6), from: 5)))
  }

  @Test("a wait longer than the answer took counts for no more than that")
  func boastfulWait() throws {
    let bench = Bench()
    let request = try #require(bench.nextRequest())
    bench.pass(.seconds(1))
    bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .seconds(3600))))
    #expect(bench.age == .zero)
  }

  /// A refusal, and what is asked for after it.
  private static let refusals: [(code: String, remedy: SyncRefusal.Remedy)] = [
    ("bad-signature", .again), ("unknown-key", .again), ("unsupported-feature", .again),
    ("truncated", .again), ("wrong-root", .snapshot), ("wrong-base", .snapshot),
  ]

  @Test(
    "a refused document keeps the old map, and is asked for again at the interval",
    arguments: refusals)
  func refused(code: String, remedy: SyncRefusal.Remedy) throws {
    let bench = Bench()
    bench.confirm()
    let refusal = SyncRefusal(code: code, text: "why", mapVersion: 6, remedy: remedy)
    var asked = 0
    for _ in 0..<6 {
      let request = try #require(bench.nextRequest())
      if asked > 0 {
        let isSnapshot = request.kind == .snapshot
        #expect(isSnapshot == (remedy == .snapshot))
      }
      asked += 1
      bench.send(.answered(request.id, .document(waited: .zero)))
      bench.send(.refused(request.id, refusal))
      let stamp = try #require(bench.stamps.last)
      #expect(stamp.condition == .refusing && stamp.lastErrorCode == code && stamp.mapVersion == 5)
      #expect(bench.machine.status.refusal == refusal)
    }
    let span = bench.now.bootNanoseconds - bench.requests[1].at
    #expect(span >= Bench.interval.nanoseconds * 4 - Int64(500_000_000))
  }

  @Test("410 leads to a snapshot at once, and a second one waits its turn")
  func tooFarBehind() throws {
    let bench = Bench()
    bench.confirm()
    let first = try #require(bench.nextRequest())
    let snapshot = try #require(bench.send(.answered(first.id, .tooFarBehind)).request)
    #expect(snapshot.kind == .snapshot)
    _ = bench.deliver(snapshot.id, Self.edition(9, 9))
    let second = try #require(bench.nextRequest())
    #expect(second.kind == .delta(from: 9, wait: .zero))
    #expect(bench.send(.answered(second.id, .tooFarBehind)).isEmpty)
    let before = bench.now.bootNanoseconds
    #expect(bench.nextRequest()?.kind == .snapshot)
    #expect(bench.now.bootNanoseconds - before > 5_000_000_000)
  }

  @Test("an answer that comes too late is nobody's")
  func late() throws {
    let bench = Bench()
    let request = try #require(bench.nextRequest())
    bench.pass(SyncLimits.answer)
    #expect(bench.send(.clock).contains(.cancel(request.id)))
    #expect(bench.stamps.last?.condition == .unreachable)
    #expect(bench.stamps.last?.lastErrorCode == "timeout")
    bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(bench.stamps.last?.condition == .unreachable && bench.age > .seconds(60))
  }

  @Test("a snapshot may take long as long as it goes on, and not for ever")
  func slowSnapshot() throws {
    let bench = Bench(SyncStart())
    let request = try #require(bench.send(.clock).request)
    var passed = Duration.zero
    while bench.machine.status.lastError == nil, passed < .seconds(7200) {
      bench.pass(.seconds(20))
      passed += .seconds(20)
      bench.send(.progress(request.id))
    }
    #expect(passed == SyncLimits.snapshot)
  }

  @Test("a new token is tried at once")
  func token() throws {
    let bench = Bench()
    let request = try #require(bench.nextRequest())
    #expect(bench.send(.answered(request.id, .problem(code: "unauthorized", text: ""))).isEmpty)
    #expect(bench.send(.tokenChanged).request != nil)
  }
}
