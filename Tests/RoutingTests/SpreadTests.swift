import Routing
import ShardMap
import Testing

/// However a pair is found, by luck or by looking at all, every pair is as likely.
@Suite("The spread over many replicas")
struct SpreadTests {
  private static let tiers: [Consistency] = [.eventual, .bounded(milliseconds: 5000), .session]

  /// Decides a thousand times for each replica that will do; nil when another one was chosen.
  private func chiSquare(
    _ worker: Worker, _ tier: Consistency, among fit: [Int]
  ) throws -> (value: Double, limit: Double)? {
    var counts: [String: Int] = [:]
    for _ in 0..<1000 * fit.count {
      counts[try worker.id(worker.route("s1-eventual", tier).instance), default: 0] += 1
    }
    let chosen = fit.map { Double(counts["r\($0)", default: 0]) }
    guard chosen.reduce(0, +) == 1000 * Double(fit.count) else { return nil }
    let freedom = Double(fit.count - 1)
    // Mean and five standard deviations of the distribution.
    return (
      chosen.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 },
      freedom + 5 * (2 * freedom).squareRoot() + 5
    )
  }

  private func worker(_ count: Int, zone: String = "east/a", fit: (Int) -> Bool) throws -> Worker {
    let worker = try Worker(Fleet(replicas: (0..<count).map { "r\($0)@\(zone)" }))
    for replica in 0..<count { worker.sample("r\(replica)", lag: fit(replica) ? 1 : 9) }
    worker.floor = SessionFloor(
      lastWriteEndedAt: MonotonicTime(nanoseconds: worker.now.nanoseconds - 5_000_000_000))
    return worker
  }

  @Test("is even when all will do", arguments: [3, 4, 30, 300], tiers)
  func all(count: Int, tier: Consistency) throws {
    let worker = try worker(count) { _ in true }
    let found = try #require(try chiSquare(worker, tier, among: Array(0..<count)))
    #expect(found.value < found.limit)
  }

  @Test(
    "is even among those that will do, whether they are most or few",
    arguments: [2, 3, 10], tiers.dropFirst())
  func some(every: Int, tier: Consistency) throws {
    let worker = try worker(60) { $0 % every == 0 }
    worker.fail("r0", times: 5)
    let fit = (1..<60).filter { $0 % every == 0 }
    let found = try #require(try chiSquare(worker, tier, among: fit))
    #expect(found.value < found.limit)
  }

  @Test("is even in other regions, too", arguments: tiers)
  func elsewhere(tier: Consistency) throws {
    let worker = try worker(20, zone: "west/a") { $0 != 3 || tier == .eventual }
    let fit = (0..<20).filter { $0 != 3 || tier == .eventual }
    let found = try #require(try chiSquare(worker, tier, among: fit))
    #expect(found.value < found.limit)
  }

  @Test("leaves the primary alone, and looks farther only where nothing near will do")
  func distances() throws {
    let replicas = (0..<30).map { "r\($0)@east/a" } + (30..<60).map { "r\($0)@east/b" }
    let worker = try Worker(Fleet(replicas: replicas))
    let tier = Consistency.bounded(milliseconds: 5000)
    for replica in 0..<60 {
      worker.sample("r\(replica)", lag: replica == 17 || replica >= 30 ? 1 : 9)
    }
    for _ in 0..<100 { #expect(worker.told("s1-eventual", tier) == "r17 same-zone") }
    worker.sample("r17", lag: 9)
    let found = try #require(try chiSquare(worker, tier, among: Array(30..<60)))
    #expect(found.value < found.limit)
  }
}
