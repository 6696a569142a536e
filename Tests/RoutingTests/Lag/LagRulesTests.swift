import Routing
import ShardMap
import Testing

/// Random fleets in random states, with samples of all kinds: the rules hold, and what is told is
/// what is done.
@Suite("Rules of lag, in random states")
struct LagRulesTests {
  private static let zones = ["east/a", "east/b", "west/a"]
  private static let tiers: [Consistency] = [
    .strong, .session, .bounded(milliseconds: 2000), .bounded(milliseconds: 20_000), .eventual,
  ]

  @Test(arguments: 0..<200 as Range<UInt64>)
  func hold(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let replicas = (0..<random.index(below: 12)).map {
      "r\($0)@\(Self.zones[random.index(below: Self.zones.count)])"
    }
    var fleet = Fleet(replicas: replicas)
    fleet.boundedFallback = random.index(below: 3) == 0 ? .refuse : .primary
    fleet.budgetPercent = [0, 20, 100][random.index(below: 3)]
    let worker = try Worker(fleet, seed: seed)
    let ids = ["p"] + replicas.indices.map { "r\($0)" }
    var samples: [String: InstanceSample] = [:]
    for _ in 0..<100 {
      disturb(worker, ids, &samples, &random)
      worker.floor = floor(worker, &random)
      let tier = Self.tiers[random.index(below: Self.tiers.count)]
      let tried = ids.filter { _ in random.index(below: 5) == 0 }
      let state = State(
        tier: tier, tried: tried, samples: samples, fleet: fleet, isProbing: worker.isProbing)
      let explanation = worker.explain("s1-eventual", tier, tried: tried)
      let outcome = Result { () throws(RouteRefusal) in
        try worker.route("s1-eventual", tier, tried: tried)
      }
      #expect(explanation.outcome == outcome)
      check(explanation, state, worker)
    }
  }

  private struct State {
    let tier: Consistency
    let tried: [String]
    let samples: [String: InstanceSample]
    let fleet: Fleet
    let isProbing: Bool
  }

  private func disturb(
    _ worker: Worker, _ ids: [String], _ samples: inout [String: InstanceSample],
    _ random: inout RandomSource
  ) {
    worker.seconds += Double(random.index(below: 4))
    let id = ids[random.index(below: ids.count)]
    switch random.index(below: 5) {
    case 0: worker.fail(id, times: 1 + random.index(below: 6))
    case 1: worker.connect(id, milliseconds: UInt64(random.index(below: 60)))
    default:
      let now = worker.now.nanoseconds
      let age = UInt64(random.index(below: 12_000)) * 1_000_000
      let lag = age + UInt64(random.index(below: 4000)) * 1_000_000
      let sample = InstanceSample(
        role: random.index(below: 8) == 0 ? .primary : .replica,
        takenAt: MonotonicTime(nanoseconds: now - age),
        position: LogPosition(rawValue: UInt64(random.index(below: 4))),
        freshAsOf: random.index(below: 8) == 0 ? .origin : MonotonicTime(nanoseconds: now - lag))
      samples[id] = sample
      worker.set(sample, of: id)
    }
  }

  private func floor(_ worker: Worker, _ random: inout RandomSource) -> SessionFloor {
    let ago = UInt64(random.index(below: 6000)) * 1_000_000
    return SessionFloor(
      lastWriteEndedAt: random.index(below: 3) == 0
        ? .origin : MonotonicTime(nanoseconds: worker.now.nanoseconds - ago),
      explicit: random.index(below: 2) == 0
        ? nil : LogPosition(rawValue: UInt64(random.index(below: 4))))
  }

  /// Whether a replica will do, straight from the words of the tiers.
  private func isFit(_ id: String, _ state: State, _ worker: Worker) -> Bool {
    let now = worker.now.nanoseconds
    let sample = state.samples[id].flatMap {
      now - $0.takenAt.nanoseconds <= 10_000_000_000 ? $0 : nil
    }
    switch state.tier {
    case .strong: return false
    case .eventual: return true
    case .bounded(let milliseconds):
      guard let sample, sample.role == .replica, sample.freshAsOf != .origin else { return false }
      return now - sample.freshAsOf.nanoseconds <= UInt64(milliseconds) * 1_000_000
    case .session:
      let floor = worker.floor
      if floor.lastWriteEndedAt == .origin, floor.explicit == nil { return true }
      guard let sample, sample.role == .replica else { return false }
      return sample.freshAsOf.nanoseconds >= floor.lastWriteEndedAt.nanoseconds
        && sample.position.rawValue >= floor.explicit?.rawValue ?? 0
    }
  }

  private func check(_ explanation: RouteExplanation, _ state: State, _ worker: Worker) {
    let fit = explanation.candidates.filter {
      $0.role == .replica && isFit(worker.id($0.instance), state, worker)
    }
    let ready = fit.filter {
      $0.health.failures == 0 && !state.tried.contains(worker.id($0.instance))
    }
    let hasReplicas = explanation.candidates.count > 1
    switch explanation.outcome {
    case .success(let route):
      let id = worker.id(route.instance)
      #expect(!state.tried.contains(id))
      let taken = explanation.candidates.first { $0.instance == route.instance }
      if id == "p" {
        #expect(state.tier == .strong || ready.isEmpty)
        if case .bounded = state.tier { #expect(state.fleet.boundedFallback == .primary) }
        if state.tier != .strong, state.fleet.budgetPercent == 0 {
          #expect(!hasReplicas || !state.isProbing)
        }
      } else {
        #expect(fit.contains { $0.instance == route.instance })
        if let nearest = ready.map(\.distance).min() { #expect(taken!.distance <= nearest) }
      }
    case .failure(.noReplicaFreshEnough):
      #expect(state.fleet.boundedFallback == .refuse && fit.isEmpty)
    case .failure(.primaryBudgetSpent):
      #expect(state.tier != .strong && ready.isEmpty)
      #expect(state.isProbing && hasReplicas && state.fleet.budgetPercent < 100)
    case .failure(.noHealthyInstance):
      #expect(ready.isEmpty || state.tried.count >= TriedInstances.capacity)
    case .failure(let refusal):
      Issue.record("\(refusal) has nothing to do with lag")
    }
  }
}
