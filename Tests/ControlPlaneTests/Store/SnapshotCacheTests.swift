@testable import ControlPlane
import ShardMap
import Testing

@Suite("Which snapshot is served again")
struct SnapshotCacheTests {
  private static func head(_ sequence: Int64, count: Int64) -> Head {
    Head(
      sequence: sequence, committed: Timestamp(microseconds: 0), root: .none, count: count,
      hash: .origin)
  }

  @Test(
    "The newest one always; an older one of a large fleet for a while",
    arguments: [
      (10, Int64(10), Duration.seconds(3_600), true), (10, 11, .zero, false),
      (1_000_000, 10, .seconds(3_600), true), (1_000_000, 11, .seconds(9), true),
      (1_000_000, 11, .seconds(11), false),
    ] as [(Int64, Int64, Duration, Bool)])
  func reuse(_ count: Int64, _ newest: Int64, _ age: Duration, _ isGood: Bool) {
    let made = ContinuousClock.now
    let cache = SnapshotCache(
      map: SealedMap(head: Self.head(10, count: count), pieces: [], effort: .seconds(2)), made: made
    )
    #expect(
      cache.isGood(at: made + age, newest: Self.head(newest, count: count)) == isGood)
  }
}
