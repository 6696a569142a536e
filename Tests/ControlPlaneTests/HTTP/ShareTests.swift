import Admission
@testable import ControlPlane
import Files
import NIOHTTP1
import Testing

@Suite("Shares of regional limits and events of routers")
struct ShareTests {
  private static func status(
    pool: String = "", name: String = "", grant: Int64 = 0, standard: Int64 = 1_000_000,
    demands: [String: (wanted: Int64, share: Int64)] = [:], events: [JSONValue] = []
  ) -> JSONValue {
    [
      "sidecar": "host-1", "leaseSeconds": 90, "pool": .string(pool), "name": .string(name),
      "shares": ["grant": .integer(grant), "standard": .integer(standard)],
      "demands": .array(
        demands.sorted { $0.key < $1.key }.map {
          [
            "tenant": .string($0.key), "wanted": .integer($0.value.wanted),
            "share": .integer($0.value.share),
          ]
        }), "events": .array(events),
    ]
  }

  private static func event(_ number: Int64, _ kind: String = "move-requested") -> JSONValue {
    [
      "number": .integer(number), "atMilliseconds": 1_790_000_000_000, "kind": .string(kind),
      "tenant": "acme", "shard": "s1", "text": "75 % of the shard's time",
    ]
  }

  @Test("A status that tells of shares is answered with shares, and one that doesn't as before")
  func answers() async throws {
    try await TestServer.run { server in
      let plain = try await server.send(
        .POST, "/v1/routers/r1/status", role: .sidecar, ["sidecar": "s", "leaseSeconds": 9])
      #expect(plain.status == 204 && plain.body.isEmpty)
      let answer = try await server.send(
        .POST, "/v1/routers/r1/status", role: .sidecar, Self.status())
      #expect(answer.status == 200)
      let shares = try #require(answer.json["shares"])
      #expect(shares["standard"] == 1_000_000 && shares["tenants"] == [:])
      #expect(shares["leaseSeconds"] == 90 && (shares["grant"]?.number ?? 0) > 0)
      #expect(answer.json["eventsTaken"] == 0)
    }
  }

  @Test("Two routers of a pool share a limit; what one doesn't use, the other gets")
  func sharing() async throws {
    try await TestServer.run { server in
      var routers = [Router(id: "r1"), Router(id: "r2")]
      for _ in 0..<3 {
        for place in routers.indices { try await routers[place].report(to: server) }
      }
      #expect(routers.map(\.standard) == [500_000, 500_000])
      routers[1].wanted = 2_000_000
      for _ in 0..<8 {
        for place in routers.indices { try await routers[place].report(to: server) }
      }
      #expect(routers[1].share > 900_000 && routers[0].share > 0)
      #expect(routers[0].share + routers[1].share <= 1_000_000)
      // Another pool has nothing to do with it.
      var other = Router(id: "r3", pool: "premium")
      try await other.report(to: server)
      #expect(other.standard == 1_000_000)
      try await routers[0].report(to: server)
      #expect(routers[0].standard == 500_000)
    }
  }

  @Test("Shares are kept in the store: another process on it goes on with them")
  func otherProcess() async throws {
    let home = try await TemporaryStore()
    let path = home.folder.path + "/routers.sqlite"
    let now = Timestamp(microseconds: 1_000_000_000)
    func answer(_ router: String, _ grant: Int64, _ standard: Int64) async throws -> (
      Int64, Int64
    ) {
      let status = try RouterStatus(Self.status(grant: grant, standard: standard))
      let report = try #require(status.shareReport(of: router))
      // A store that is opened anew each time.
      let answer = try await LeaseStore(path: path).grant(
        report, pool: "", shape: .init(), leaseSeconds: 90, at: now)
      return (Int64(answer.number), Int64(answer.shares.standard))
    }
    let first = try await answer("r1", 0, 1_000_000)
    #expect(first.1 == 1_000_000)
    let newcomer = try await answer("r2", 0, 0)
    #expect(newcomer.1 == 0)
    let shrunk = try await answer("r1", first.0, first.1)
    #expect(shrunk.1 == 500_000 && shrunk.0 > first.0)
    // It hasn't said yet that it goes by that.
    #expect(try await answer("r2", newcomer.0, 0).1 == 0)
    _ = try await answer("r1", shrunk.0, shrunk.1)
    #expect(try await answer("r2", newcomer.0, 0).1 == 500_000)
  }

  @Test("Events are kept once, however often they are sent, in their order and with their number")
  func events() async throws {
    try await TestServer.run { server in
      for events in [[5, 6], [5, 6, 7], [7]] as [[Int64]] {
        let answer = try await server.send(
          .POST, "/v1/routers/r1/status", role: .sidecar,
          Self.status(events: events.map { Self.event($0) }))
        #expect(answer.json["eventsTaken"] == .integer(events.max() ?? 0))
      }
      _ = try await server.send(
        .POST, "/v1/routers/r2/status", role: .sidecar,
        Self.status(events: [Self.event(5, "mode-entered")]))
      let page = try await server.send(.GET, "/v1/router-events?limit=3", role: .reader).json
      #expect(page["items"]?.elements?.map { $0["number"] } == [5, 6, 7])
      #expect(page["counts"] == ["mode-entered": 1, "move-requested": 3])
      let item = try #require(page["items"]?.elements?.first)
      #expect(item["router"] == "r1" && item["tenant"] == "acme" && item["shard"] == "s1")
      #expect(item["at"] == "2026-09-21T14:13:20.000000Z")
      #expect(item["text"] == "75 % of the shard's time")
      let next = try #require(page["next"]?.number)
      let rest = try await server.send(.GET, "/v1/router-events?after=\(next)").json
      #expect(rest["items"]?.elements?.map { $0["router"] } == ["r2"])
      #expect(rest["next"] == .null)
      // They are not the router's state.
      let router = try await server.send(.GET, "/v1/routers").json["items"]?.elements?.first
      #expect(router?["events"] == nil && router?["demands"] == nil && router?["pool"] == "")
    }
  }

  @Test("Only so many events are kept; their counts stay")
  func retention() async throws {
    let home = try await TemporaryStore()
    let leases = try LeaseStore(path: home.folder.path + "/routers.sqlite")
    let count = ControlLimits.routerEvents + 500
    for start in stride(from: 0, to: count, by: 500) {
      let events = (start..<start + 500).map {
        RouterStatus.Event(
          number: $0, atMilliseconds: 0, kind: "overload", tenant: "", shard: "", text: "")
      }
      try await leases.keep(events, of: "r1")
    }
    let first = try await leases.events(after: 0, limit: 1).first
    #expect(first?.event.number == 500)
    #expect(try await leases.eventCounts() == ["overload": count])
  }

  @Test(
    "A status with more, or longer, than is taken is refused",
    arguments: [
      ["demands": .array(Array(repeating: ["tenant": "t", "wanted": 1, "share": 1], count: 257))],
      ["events": .array(Array(repeating: event(1), count: 65))],
      ["pool": .string(String(repeating: "p", count: 129))], ["shares": "all"],
      ["demands": [["tenant": "t", "wanted": "much", "share": 1]]],
    ] as [[String: JSONValue]])
  func refused(_ fields: [String: JSONValue]) async throws {
    try await TestServer.run { server in
      let body = Self.status().merging(.object(fields))
      let answer = try await server.send(.POST, "/v1/routers/r1/status", role: .sidecar, body)
      #expect(answer.status == 422)
    }
  }

  /// A router that goes by what it is answered.
  private struct Router {
    let id: String
    var pool = ""
    var grant: Int64 = 0
    var standard: Int64 = 1_000_000
    var tenants: [String: JSONValue] = [:]
    var wanted: Int64 = 0

    init(id: String, pool: String = "") {
      self.id = id
      self.pool = pool
    }

    var share: Int64 { tenants["acme"]?.number ?? standard }

    mutating func report(to server: TestServer) async throws {
      let demands = wanted > 0 ? ["acme": (wanted: wanted, share: share)] : [:]
      let answer = try await server.send(
        .POST, "/v1/routers/\(id)/status", role: .sidecar,
        ShareTests.status(
          pool: pool, grant: grant, standard: standard, demands: demands))
      let shares = try #require(answer.json["shares"], "\(answer.text)")
      grant = shares["grant"]?.number ?? 0
      standard = shares["standard"]?.number ?? 0
      tenants = shares["tenants"]?.fields ?? [:]
    }
  }
}
