import AsyncHTTPClient
import ControlPlane
import MapExchange
import NIOHTTP1
import ShardMap
import Testing

@Suite("Distribution")
struct DistributionTests {
  private static let body = SampleFleet.tenant(shard: "one", database: "x")

  private static func snapshot(_ answer: TestAnswer) throws -> (MapSeal, [MapRecord]) {
    var reader = SnapshotReader(verifier: TestServer.verifier)
    reader.receive(answer.body)
    reader.receiveEnd()
    var records: [MapRecord] = []
    while let record = try reader.next() { records.append(record) }
    return (try reader.finish().seal, records)
  }

  /// With waits that never end by themselves, however slow the machine is just now.
  private static func patient() -> ServerLimits {
    var limits = ServerLimits()
    limits.longestWait = .seconds(3_600)
    return limits
  }

  /// Where a long poll waits for something newer than a version.
  private static func longPoll(from version: Int) -> String {
    "/v1/map/delta?from=\(version)&wait=3600s"
  }

  /// Measures round after round, until the best is below a bound or two minutes are over: what else
  /// runs on the machine slows them all at times.
  private static func best(
    below bound: Duration, _ round: (Int) async throws -> Duration
  ) async throws -> Duration {
    let end = ContinuousClock.now + .seconds(120)
    var best = try await round(0)
    var rounds = 1
    while rounds < 10 || (best >= bound && ContinuousClock.now < end) {
      best = min(best, try await round(rounds))
      rounds += 1
    }
    return best
  }

  /// How long a request takes that does nothing.
  private static func bareRequest(_ server: TestServer) async throws -> Duration {
    try await ContinuousClock().measure {
      for _ in 0..<10 { _ = try await server.send(.GET, "/v1/health/live") }
    } / 10
  }

  @Test("Snapshot and delta are what a receiver verifies")
  func verified() async throws {
    try await TestServer.run { server in
      let whole = try await server.send(.GET, "/v1/map/snapshot", role: .sidecar)
      #expect(whole.status == 200)
      #expect(
        whole.headers.first(name: "Content-Type") == "application/vnd.shardway.snapshot+jsonl")
      #expect(whole.headers.first(name: "Content-Encoding") == "zstd")
      let (seal, records) = try Self.snapshot(whole)
      #expect(seal.mapVersion == 13)
      #expect(records.count == 13)
      #expect(whole.headers.first(name: "Shardway-Map-Root") == seal.root.description)
      #expect(whole.etag == "\"13-\(seal.root.description.prefix(16))\"")
      let same = try await server.send(
        .GET, "/v1/map/snapshot", headers: [("If-None-Match", whole.etag ?? "")])
      #expect(same.status == 304)

      var state = MapState()
      try state.replace(withSnapshot: whole.body, verifier: TestServer.verifier)
      _ = try await server.send(.PUT, "/v1/tenants/x", Self.body)
      _ = try await server.send(.DELETE, "/v1/tenants/acme", headers: [("If-Match", "*")])
      let change = try await server.send(.GET, "/v1/map/delta?from=13", role: .sidecar)
      #expect(change.status == 200)
      #expect(change.headers.first(name: "Content-Type") == "application/vnd.shardway.delta+jsonl")
      let delta = try MapDelta.decode(change.body, verifier: TestServer.verifier)
      #expect(delta.from == 13)
      #expect(delta.seal.mapVersion == 15)
      #expect(delta.upserts.map(\.key) == [SampleFleet.key("tenant/x")])
      #expect(delta.removes == [SampleFleet.key("tenant/acme")])
      try state.apply(delta)
      #expect(state.root == delta.seal.root)
      #expect(change.headers.first(name: "Shardway-Map-Root") == state.root.description)
      let fresh = try Self.snapshot(try await server.send(.GET, "/v1/map/snapshot"))
      #expect(fresh.0 == delta.seal)
      #expect(fresh.1 == state.records)
    }
  }

  @Test("Nothing new is 204 with version and root, after the wait that was asked for")
  func nothingNew() async throws {
    try await TestServer.run { server in
      let head = try await server.home.store.currentHead()
      let at = ContinuousClock.now
      let now = try await server.send(.GET, "/v1/map/delta?from=13")
      #expect(now.status == 204)
      let waited = try await server.send(.GET, "/v1/map/delta?from=13&wait=300ms")
      #expect(waited.status == 204)
      #expect(ContinuousClock.now - at >= .milliseconds(300))
      for answer in [now, waited] {
        #expect(answer.headers.first(name: "Shardway-Map-Version") == "13")
        #expect(answer.headers.first(name: "Shardway-Map-Root") == head.root.description)
      }
    }
  }

  @Test("A version from the future is 409, one too far behind 410, and nonsense 400")
  func outOfReach() async throws {
    try await TestServer.run(deltaLimit: 5) { server in
      let ahead = try await server.send(.GET, "/v1/map/delta?from=14&wait=10s")
      #expect(ahead.status == 409)
      #expect(ahead.code == "version-ahead")
      #expect(ahead.headers.first(name: "Shardway-Map-Version") == "13")
      let behind = try await server.send(.GET, "/v1/map/delta?from=1")
      #expect(behind.status == 410)
      #expect(behind.code == "too-far-behind")
      #expect(try await server.send(.GET, "/v1/map/delta?from=10").status == 200)
      for query in ["", "?from=-1", "?from=x", "?from=1&wait=long", "?from=1&wait=5"] {
        #expect(try await server.send(.GET, "/v1/map/delta\(query)").status == 400, "\(query)")
      }
    }
  }

  @Test(
    "A commit itself wakes those who wait in the process: nobody looks after the store here",
    .timeLimit(.minutes(10)))
  func wokenDirectly() async throws {
    let home = try await TemporaryStore()
    for round in 0..<20 {
      let version = Int64(13 + round)
      async let waiter: Void = home.signal.wait(beyond: version, upTo: .seconds(3_600))
      while home.signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
      try await home.execute([
        Change(.patch(["database": .string("d\(round)")]), SampleFleet.key("tenant/acme"))
      ])
      await waiter
      #expect(home.signal.head?.sequence == version + 1)
    }
  }

  @Test("A long poll is woken by a commit, at once")
  func woken() async throws {
    try await TestServer.run(limits: Self.patient()) { server in
      let bare = try await Self.bareRequest(server)
      // A request that does nothing is as slow as the machine is.
      let bound = Duration.milliseconds(50) + bare * 10
      let best = try await Self.best(below: bound) { round in
        let version = 13 + round
        async let poll = server.send(.GET, Self.longPoll(from: version))
        while server.home.signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let start = ContinuousClock.now
        _ = try await server.send(
          .PATCH, "/v1/tenants/acme", ["database": .string("d\(round)")],
          headers: [("If-Match", "*")])
        let answer = try await poll
        let time = ContinuousClock.now - start
        let delta = try MapDelta.decode(answer.body, verifier: TestServer.verifier)
        #expect(delta.seal.mapVersion == UInt64(version + 1))
        return time
      }
      #expect(best < bound, "bare \(bare)")
      print("from sending a change to the delta's arrival: \(best) at best")
    }
  }

  @Test("A long poll is woken by a commit through another connection, as of another process")
  func wokenByOthers() async throws {
    try await TestServer.run(limits: Self.patient()) { server in
      let other = try ControlStore(path: server.home.path)
      let bare = try await Self.bareRequest(server)
      let bound = Duration.milliseconds(100) + bare * 10
      let best = try await Self.best(below: bound) { round in
        async let poll = server.send(.GET, Self.longPoll(from: 13 + round))
        while server.home.signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let change = Change(
          .patch(["database": .string("d\(round)")]), SampleFleet.key("tenant/acme"))
        _ = try await other.execute(Command([change], by: SampleFleet.author))
        let start = ContinuousClock.now
        let answer = try await poll
        let time = ContinuousClock.now - start
        #expect(answer.status == 200)
        return time
      }
      #expect(best < bound, "bare \(bare)")
    }
  }

  @Test("A thousand requests for the same delta cost one computation")
  func constantWork() async throws {
    try await TestServer.run { server in
      let before = await server.distributor.computations
      let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for _ in 0..<1_000 {
          group.addTask { try await server.send(.GET, "/v1/map/delta?from=5").body }
        }
        return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
      }
      #expect(bodies.count == 1)
      #expect(await server.distributor.computations == before + 1)
      for _ in 0..<3 { _ = try await server.send(.GET, "/v1/map/snapshot") }
      #expect(await server.distributor.computations == before + 2)
    }
  }

  @Test("Too many waiting requests are told to come later")
  func tooManyPolls() async throws {
    var limits = Self.patient()
    limits.waitingPolls = 1
    try await TestServer.run(limits: limits) { server in
      async let first = server.send(.GET, Self.longPoll(from: 13))
      while server.home.signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
      let second = try await server.send(.GET, Self.longPoll(from: 13))
      #expect(second.status == 429)
      #expect(second.headers.first(name: "Retry-After") != nil)
      _ = try await server.send(.PUT, "/v1/tenants/x", Self.body)
      #expect(try await first.status == 200)
      #expect(try await server.send(.GET, "/v1/map/delta?from=14&wait=50ms").status == 204)
    }
  }

  /// Neither the poll's own end nor the client's comes within the time.
  @Test("A stopping server ends its long polls", .timeLimit(.minutes(4)))
  func stopping() async throws {
    try await TestServer.run(limits: Self.patient()) { server in
      Task { try await server.send(.GET, Self.longPoll(from: 13)) }
      while server.home.signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
  }
}
