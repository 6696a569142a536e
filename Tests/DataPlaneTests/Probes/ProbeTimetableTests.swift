import Routing
import Testing

@testable import DataPlane

@Suite("Timetable of probes")
struct ProbeTimetableTests {
  private let table = ProbeTimetable(interval: .milliseconds(500), seed: 9)

  private func moment(_ name: String) -> UInt64 { table.moment(of: Array(name.utf8).span.bytes) }

  @Test(
    "the next moment is the first one after now",
    arguments: [
      (0, 0, 500), (0, 1, 500), (0, 499, 500), (0, 500, 1_000), (100, 0, 100), (100, 99, 100),
      (100, 100, 600), (100, 101, 600), (499, 498, 499), (499, 499, 999), (499, 500, 999),
    ] as [(UInt64, UInt64, UInt64)])
  func next(moment: UInt64, now: UInt64, expected: UInt64) {
    let next = table.next(moment * 1_000_000, after: .milliseconds(now))
    #expect(next == .milliseconds(expected))
  }

  @Test("moments of shards are spread over the interval, and differ from router to router")
  func spread() {
    let moments = (0..<1_000).map { moment("shard-\($0)") }
    #expect(moments.allSatisfy { $0 < 500_000_000 })
    for tenth in 0..<10 {
      let range = UInt64(tenth) * 50_000_000..<UInt64(tenth + 1) * 50_000_000
      #expect(60...140 ~= moments.count { range.contains($0) })
    }
    let other = ProbeTimetable(interval: .milliseconds(500), seed: 10)
    #expect(other.moment(of: Array("shard-1".utf8).span.bytes) != moment("shard-1"))
  }

  @Test("replicas are asked a little after their primary")
  func replicas() {
    for shard in 0..<100 {
      let name = Array("shard-\(shard)".utf8)
      let primary = table.moment(of: name.span.bytes)
      let replica = table.replicaMoment(of: name.span.bytes)
      #expect((replica + 500_000_000 - primary) % 500_000_000 == 62_500_000)
    }
  }
}
