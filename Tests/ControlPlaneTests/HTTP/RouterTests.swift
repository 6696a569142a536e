@testable import ControlPlane
import Files
import Foundation
import MapExchange
import NIOHTTP1
import Testing

@Suite("Routers")
struct RouterTests {
  private static func status(
    applied: Int64, at microseconds: Int64, missed: Int64 = 0, seen: Int64 = 0
  ) -> JSONValue {
    [
      "sidecar": "host-1", "leaseSeconds": 90,
      "applied": [
        "mapVersion": .integer(applied), "root": "ab", "atMicroseconds": .integer(microseconds),
      ], "refusal": .null, "sidecarRefusal": .null,
      "map": ["mapVersion": .integer(applied), "confirmedAgeMilliseconds": 3],
      "counters": ["sessionsRouted": 7],
      "hints": ["eventsMissed": .integer(missed), "eventsSeen": .integer(seen)],
      "somethingNewer": ["x": 1],
    ]
  }

  @Test("A status makes a lease that is listed as it was sent, with its age")
  func leases() async throws {
    try await TestServer.run { server in
      for id in ["r2", "r1"] {
        let answer = try await server.send(
          .POST, "/v1/routers/\(id)/status", role: .sidecar, Self.status(applied: 13, at: 5))
        #expect(answer.status == 204)
      }
      let page = try await server.send(.GET, "/v1/routers?limit=1", role: .reader).json
      let item = try #require(page["items"]?.elements?.first)
      #expect(item["id"] == "r1")
      #expect(item["sidecar"] == "host-1")
      #expect(item["counters"]?["sessionsRouted"] == 7)
      #expect(item["somethingNewer"]?["x"] == 1)
      // Both as of one moment, whenever that was.
      let age = item["ageMilliseconds"]?.number ?? -1
      let left = item["expiresInMilliseconds"]?.number ?? 0
      #expect(age >= 0 && age + left == 90_000)
      #expect(page["next"] == "r1")
      let rest = try await server.send(.GET, "/v1/routers?after=r1").json
      #expect(rest["items"]?.elements?.map { $0["id"] } == ["r2"])
    }
  }

  @Test(
    "A status that can't be right is refused",
    arguments: [
      ("r1", ["leaseSeconds": 90], 422), ("r1", ["sidecar": "s", "leaseSeconds": 0], 422),
      ("r1", ["sidecar": "s", "leaseSeconds": 90_000], 422),
      ("r1", ["sidecar": "", "leaseSeconds": 9], 422),
      ("r1", ["sidecar": "s", "leaseSeconds": 9, "applied": ["mapVersion": "x"]], 422),
      ("r1", ["sidecar": "s", "leaseSeconds": 9, "counters": ["a": "b"]], 422),
      ("r%201", ["sidecar": "s", "leaseSeconds": 9], 422), ("r1", "text", 422),
      (
        "r1",
        ["sidecar": "s", "leaseSeconds": 9, "x": .string(String(repeating: "x", count: 70_000))],
        413
      ),
    ] as [(String, JSONValue, Int)])
  func refused(_ id: String, _ body: JSONValue, _ status: Int) async throws {
    try await TestServer.run { server in
      let answer = try await server.send(.POST, "/v1/routers/\(id)/status", role: .sidecar, body)
      #expect(answer.status == status)
      #expect(try await server.send(.GET, "/v1/routers").json["items"] == [])
    }
  }

  @Test("Propagation is measured from commit to use, once for each version that a router takes up")
  func propagation() async throws {
    try await TestServer.run { server in
      func report(_ version: Int64, after milliseconds: Int64, loss: Int64 = 0) async throws {
        let committed = try await server.home.store.commitTime(of: version)?.microseconds ?? 0
        let answer = try await server.send(
          .POST, "/v1/routers/r1/status", role: .sidecar,
          Self.status(
            applied: version, at: committed + milliseconds * 1_000, missed: loss, seen: 10 - loss))
        #expect(answer.status == 204)
      }
      // The first report tells where the router stands, not how fast it got there.
      try await report(10, after: 90_000)
      try await report(11, after: 4)
      try await report(11, after: 4)
      try await report(12, after: 4)
      try await report(13, after: 40, loss: 1)
      let answer = try await server.send(.GET, "/v1/propagation", role: .reader)
      let report = try JSONDecoder().decode(Propagation.self, from: Data(answer.body))
      #expect(report.count == 3)
      #expect(report.histogram.counts.count == report.histogram.bounds.count + 1)
      #expect(report.histogram.counts.reduce(0, +) == 3)
      #expect((3.0...5.0).contains(report.p50 ?? 0))
      #expect((35.0...50.0).contains(report.p99 ?? 0))
      #expect(report.eventLoss == 0.1)
      #expect(abs(report.changeRatePerSecond - 13.0 / 3_600) < 0.000_1)
      #expect(report.requestsPerSecond > 0)
    }
  }

  private struct Propagation: Decodable {
    struct Histogram: Decodable {
      let unit: String
      let bounds: [Int64]
      let counts: [Int64]
    }
    let histogram: Histogram
    let p50: Double?
    let p99: Double?
    let count: Int64
    let changeRatePerSecond: Double
    let eventLoss: Double
    let requestsPerSecond: Double
  }

  @Test("A router that comes back after its lease ended is no sample")
  func absence() async throws {
    let home = try await TemporaryStore()
    let leases = try LeaseStore(path: home.folder.path + "/routers.sqlite")
    func renew(_ version: Int64, atSecond second: Int64) async throws -> Int64? {
      let value = Self.status(applied: version, at: 0)
      return try await leases.renew(
        "r", RouterStatus(value), value, at: Timestamp(microseconds: second * 1_000_000))
    }
    #expect(try await renew(1, atSecond: 0) == nil)
    #expect(try await renew(2, atSecond: 60) == 2)
    #expect(try await renew(3, atSecond: 151) == nil)
    #expect(try await renew(3, atSecond: 152) == nil)
    #expect(try await renew(4, atSecond: 153) == 4)
  }

  @Test(
    "A quantile lies in its bucket",
    arguments: [
      ([0, 10], 0.5, 1.5), ([10], 1.0, 1.0), ([1, 1, 2], 0.5, 2.0), ([0, 0, 4], 0.25, 2.25),
    ]
      as [([Int64], Double, Double)])
  func quantiles(_ counts: [Int64], _ share: Double, _ expected: Double) {
    var histogram = PropagationHistogram()
    for (index, count) in counts.enumerated() { histogram.counts[index] = count }
    #expect(abs((histogram.quantile(share) ?? -1) - expected) < 0.000_1)
    #expect(PropagationHistogram().quantile(share) == nil)
  }
}
