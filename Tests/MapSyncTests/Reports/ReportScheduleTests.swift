import MapSync
import ShardMap
import Testing

@Suite("When routers are reported")
struct ReportScheduleTests {
  private func router(_ id: UInt64, applied: UInt64) -> RouterStatement {
    var router = RouterStatement(routerID: id)
    router.appliedVersion = applied
    return router
  }

  /// How often a router is reported in ten minutes, whose version changes that often.
  private func reports(changing: Duration?, seed: UInt64) -> Int {
    var schedule = ReportSchedule(interval: .seconds(10), seed: seed)
    var count = 0
    for step in 0..<60_000 {
      let now = Int64(step) * 10_000_000
      let version = changing.map { UInt64(now / $0.nanoseconds) } ?? 0
      count += schedule.due([router(1, applied: version)], refusal: nil, now: now).count
    }
    return count
  }

  @Test("an idle router at the interval; a busy one not more than once in the gap")
  func rates() {
    for seed in UInt64(1)...10 {
      #expect((59...61).contains(reports(changing: nil, seed: seed)))
      #expect((570...661).contains(reports(changing: .milliseconds(10), seed: seed)))
      #expect((118...122).contains(reports(changing: .seconds(10), seed: seed)))
    }
  }

  @Test("a new version, a refusal and a refusal of the sidecar are told at once")
  func news() {
    var schedule = ReportSchedule(interval: .seconds(1000), seed: 1)
    var now = Int64(5_000_000_000)
    func due(_ router: RouterStatement, _ refusal: SyncRefusal? = nil) -> Int {
      now += 1_500_000_000
      return schedule.due([router], refusal: refusal, now: now).count
    }
    var one = router(7, applied: 1)
    #expect(due(one) == 0)
    one.appliedVersion = 2
    #expect(due(one) == 1 && due(one) == 0)
    one.refusalCode = "unusable-file"
    #expect(due(one) == 1 && due(one) == 0)
    let refusal = SyncRefusal(code: "bad-signature", text: "")
    #expect(due(one, refusal) == 1 && due(one, refusal) == 0 && due(one) == 1)
  }

  @Test("other shares, events and what tenants want are told soon; what changes little is not")
  func sharesNews() {
    var schedule = ReportSchedule(interval: .seconds(1000), seed: 1)
    var now = Int64(5_000_000_000)
    func due(_ report: RouterReport?) -> Int {
      now += 2_500_000_000
      return schedule.due(
        [router(7, applied: 1)], reports: report.map { [7: $0] } ?? [:], refusal: nil, now: now
      ).count
    }
    var report = RouterReport(pool: "shared", standard: 500_000)
    #expect(due(report) == 0)
    // It has no shares yet, and can't wait for an interval.
    #expect(due(report) == 1 && due(report) == 0)
    report.grant = 5
    #expect(due(report) == 1 && due(report) == 0)
    report.events = [.init(number: 9, atMilliseconds: 0, kind: "overload")]
    #expect(due(report) == 1 && due(report) == 0)
    report.events = []
    #expect(due(report) == 1 && due(report) == 0)
    let acme = Array("acme".utf8)
    for (wanted, count) in [
      (300_000, 1), (340_000, 0), (345_000, 0), (360_000, 1), (2_000_000, 1), (9_000_000, 0),
      (1_000_000, 0), (400_000, 1),
    ] as [(UInt32, Int)] {
      report.demands = [.init(tenant: acme, wanted: wanted, share: 500_000)]
      #expect(due(report) == count, "\(wanted)")
    }
    report.demands.append(.init(tenant: [1], wanted: 1, share: 1))
    #expect(due(report) == 1 && due(report) == 0)
    report.demands = []
    #expect(due(report) == 1 && due(report) == 0)
  }

  @Test("routers that were started together are not reported together")
  func jitter() {
    var tenths = [Int](repeating: 0, count: 10)
    for seed in UInt64(0)..<500 {
      var schedule = ReportSchedule(interval: .seconds(10), seed: seed)
      for tenth in 0..<11 {
        let now = Int64(tenth) * 1_000_000_000
        if !schedule.due([router(1, applied: 1)], refusal: nil, now: now).isEmpty, tenth > 0 {
          tenths[tenth - 1] += 1
        }
      }
    }
    #expect(tenths.allSatisfy { (20...85).contains($0) }, "\(tenths)")
  }
}

@Suite("Server-Sent Events")
struct EventStreamTests {
  private static let streams: [(text: String, ids: [UInt64])] = [
    ("id: 42\nevent: x\ndata: {}\n\n", [42]),
    (": comment\n\nid:7\n\nid: 8\r\ndata: a\r\n\r\nid: 9\rdata: b\r\r", [7, 8, 9]),
    ("id: 5\ndata: cut", []), ("id: many\n\nid: -1\n\nid: 12 \n\n", []),
    ("data: no id\n\n\n\n", []), ("id: 99999999999999999999\n\n", []),
    ("id: 3\nid: 4\n\n", [4]), ("data: \(String(repeating: "x", count: 5000))\nid: 6\n\n", [6]),
  ]

  @Test("give their ids, however they are cut", arguments: streams)
  func ids(text: String, ids: [UInt64]) {
    for size in [1, 2, 3, 7, 10_000] {
      var parser = EventStreamParser()
      let bytes = Array(text.utf8)
      var found: [UInt64] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        found += parser.receive(bytes[start..<min(start + size, bytes.count)])
      }
      #expect(found == ids)
    }
  }
}

@Suite("What is told of a sidecar")
struct StatusTests {
  private func status() -> SyncStatus {
    let bench = Bench()
    if let request = bench.nextRequest() {
      let refusal = SyncRefusal(code: "wrong-root", text: "why", mapVersion: 6)
      bench.send(.answered(request.id, .document(waited: .zero)))
      bench.send(.refused(request.id, refusal))
    }
    return bench.machine.status
  }

  @Test("the status file is read back, and remembers the confirmation")
  func file() throws {
    let file = StatusFile(
      id: "side", pid: 5, status: status(), controlPlane: "http://x", now: Bench.morning)
    let read = try #require(StatusFile(encoded: file.encoded()))
    #expect(read == file)
    #expect(
      read.memory == MapMemory(edition: Bench.five, confirmed: Bench.earlier(.seconds(60))))
    #expect(read.refusal?.code == "wrong-root" && read.condition == "refusing")
    for count in 0..<file.encoded().count - 2 {
      #expect(StatusFile(encoded: Array(file.encoded().prefix(count))) == nil)
    }
  }

  @Test("a report has the router's version, the sidecar's refusal and the map's age")
  func report() {
    var router = RouterStatement(routerID: 3)
    router.appliedVersion = 5
    router.appliedRoot = Bench.root(5)
    router.appliedAtWallMicroseconds = 77
    router[.mapAgeMilliseconds] = .max
    let report = StatusReport(
      sidecar: "side", lease: .seconds(90), router: router, status: status(),
      now: Bench.morning)
    #expect(report.applied?.mapVersion == 5 && report.applied?.atMicroseconds == 77)
    #expect(report.refusal == nil && report.sidecarRefusal?.code == "wrong-root")
    #expect(report.map?.confirmedAgeMilliseconds == 60_000 && report.leaseSeconds == 90)
    #expect(report.counters["mapAgeMilliseconds"] == UInt64(Int64.max))
    let alone = StatusReport(
      sidecar: "side", lease: .seconds(90), router: nil, status: status(), now: Bench.morning)
    #expect(alone.applied == nil && alone.counters.isEmpty)
  }
}
