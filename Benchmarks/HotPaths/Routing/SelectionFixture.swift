import Routing
import ShardMap

/// A worker's view that was found to decide evenly.
final class SelectionFixture {
  private var worker: SelectionWorker

  init(replicas: Int, _ state: ReplicaState, _ tier: Consistency) throws {
    worker = try SelectionWorker(replicas: replicas, state)
    if tier != .strong, tier != .eventual, worker.fit.count > 1 { requireEvenness(tier) }
  }

  /// Decides so many times.
  func select(_ tier: Consistency, times: Int) -> UInt64 {
    worker.select(tier, times: times)
  }

  /// Decides a thousand times for each replica that will do: no other one may be chosen, and they
  /// must be as likely as each other by Pearson's chi-square, up to five standard deviations.
  private func requireEvenness(_ tier: Consistency) {
    var counts = [Int](repeating: 0, count: worker.map.counts.instances)
    for _ in 0..<1_000 * worker.fit.count { counts[Int(select(tier, times: 1))] += 1 }
    let chosen = worker.fit.map { Double(counts[Int($0.rawValue)]) }
    precondition(
      chosen.reduce(0, +) == 1_000 * Double(chosen.count), "an instance was chosen that won't do")
    let freedom = Double(chosen.count - 1)
    let chiSquare = chosen.reduce(0) { $0 + ($1 - 1_000) * ($1 - 1_000) / 1_000 }
    precondition(
      chiSquare < freedom + 5 * (2 * freedom).squareRoot() + 5,
      "the spread over \(chosen.count) replicas is uneven: chi-square \(chiSquare)")
  }
}
