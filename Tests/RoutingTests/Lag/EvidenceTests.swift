import Routing
import ShardMap
import Testing

@Suite("What instances say against the map")
struct EvidenceTests {
  @Test("strong work goes to the map's primary all the same, and the evidence is told")
  func primaryInRecovery() throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    #expect(try worker.route("s1-strong").evidence == nil)
    worker.sample("p", lag: 0, role: .primary)
    #expect(try worker.route("s1-strong").evidence == nil)
    worker.sample("p", lag: 0, role: .replica)
    let route = try worker.route("s1-strong")
    #expect(worker.id(route.instance) == "p")
    #expect(route.evidence == .primaryInRecovery)
    #expect(worker.explain("s1-strong").candidates[0].evidence == .primaryInRecovery)
    worker.sample("p", lag: 0, age: 10.5, role: .replica)
    #expect(try worker.route("s1-strong").evidence == nil, "it is too old to say anything")
  }

  @Test("a replica that takes writes serves no read for which its position is the proof")
  func replicaTakesWrites() throws {
    let worker = try Worker(Fleet(replicas: ["r0@east/a", "r1@west/a"]))
    worker.sample("r0", lag: 0, role: .primary, position: .max)
    worker.sample("r1", lag: 0)
    worker.floor = SessionFloor(lastWriteEndedAt: worker.now)
    for tier in [Consistency.session, .bounded(milliseconds: 5000)] {
      let route = try worker.route("s1-eventual", tier)
      #expect(worker.id(route.instance) == "r1")
      #expect(route.evidence == .replicaTakesWrites)
      #expect(worker.verdicts("s1-eventual", tier)[1] == "r0: claims-primary")
    }
    #expect(worker.told("s1-eventual", .eventual) == "r0 same-zone")
    worker.set(nil, of: "r1")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 5000)) == "p lag-unknown")
  }

  @Test("every kind has a name of its own")
  func names() {
    #expect(Set(RouteEvidence.allCases.map(\.name)).count == RouteEvidence.allCases.count)
  }
}
