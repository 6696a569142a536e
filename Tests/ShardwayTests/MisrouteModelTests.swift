import RandomNumbers
import Testing

@testable import shardway

/// The closed form of the misroute model beside a simulation of what it describes.
@Suite struct MisrouteModelTests {
  /// Upper bounds in seconds, and samples.
  private static let bounds = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 3]
  private static let counts: [UInt64] = [0, 400, 5000, 3000, 900, 400, 200, 60, 30, 10]

  struct Case: Sendable, CustomTestStringConvertible {
    var loss: Double
    var pollLoss: Double
    var unreachable: Double
    var jitter: Double
    var interval: Double
    var ttl: Double
    var maxStale: Double?
    var testDescription: String {
      "loss \(loss), poll loss \(pollLoss), unreachable \(unreachable), every \(interval) s,"
        + " TTL \(ttl) s, maxStale \(maxStale.map { "\($0) s" } ?? "none")"
    }
  }

  private static let cases = [
    Case(loss: 0, pollLoss: 0, unreachable: 0, jitter: 0, interval: 5, ttl: 15, maxStale: nil),
    Case(loss: 0.2, pollLoss: 0, unreachable: 0, jitter: 0, interval: 5, ttl: 15, maxStale: nil),
    Case(loss: 1, pollLoss: 0, unreachable: 0, jitter: 0.1, interval: 2, ttl: 10, maxStale: nil),
    Case(loss: 1, pollLoss: 0.4, unreachable: 0, jitter: 0.1, interval: 2, ttl: 7, maxStale: nil),
    Case(loss: 0.5, pollLoss: 0.9, unreachable: 0, jitter: 0, interval: 1, ttl: 8, maxStale: nil),
    Case(loss: 1, pollLoss: 0.5, unreachable: 0, jitter: 0, interval: 4, ttl: 4, maxStale: nil),
    Case(loss: 0.3, pollLoss: 0.1, unreachable: 0.2, jitter: 0, interval: 2, ttl: 8, maxStale: nil),
    Case(loss: 0.3, pollLoss: 0.1, unreachable: 0.5, jitter: 0.2, interval: 2, ttl: 8, maxStale: 9),
  ]

  @Test(arguments: cases) func `the formula says what a simulation counts`(_ entry: Case) throws {
    let times = try PropagationTimes(bounds: Self.bounds, counts: Self.counts)
    let model = model(entry, times)
    var generator = SplitMix64(seed: 7)
    let windows = (0..<200_000).map { _ in simulate(entry, &generator) }
    for threshold in [0.004, 0.03, 0.3, 0.9, 2, 3.5, 5, 7.5, 9.2, 12] {
      let expected = model.probability(windowOver: threshold)
      let counted = Double(windows.count { $0 > threshold }) / Double(windows.count)
      let deviation = (expected * (1 - expected) / Double(windows.count)).squareRoot()
      #expect(
        abs(counted - expected) <= 4.5 * deviation + 1e-9,
        "over \(threshold) s: counted \(counted), expected \(expected)")
    }
  }

  @Test(arguments: cases) func `a window and its probability belong together`(
    _ entry: Case
  ) throws {
    let times = try PropagationTimes(bounds: Self.bounds, counts: Self.counts)
    let model = model(entry, times)
    for share in [0.5, 0.1, 0.01] {
      guard let window = model.window(exceededWith: share) else {
        #expect(model.probability(windowOver: 1000) > share)
        continue
      }
      #expect(model.probability(windowOver: window) <= share)
      #expect(model.probability(windowOver: window * 0.999 - 1e-6) >= share * 0.98)
    }
  }

  @Test(arguments: cases) func `a longer window is never more probable`(_ entry: Case) throws {
    let times = try PropagationTimes(bounds: Self.bounds, counts: Self.counts)
    let model = model(entry, times)
    let windows = (0...2000).map { Double($0) * 0.01 }
    let probabilities = windows.map { model.probability(windowOver: $0) }
    for (shorter, longer) in zip(probabilities, probabilities.dropFirst()) {
      #expect(longer <= shorter + 1e-12 && (0...1).contains(longer))
    }
  }

  private func model(_ entry: Case, _ times: PropagationTimes) -> MisrouteModel {
    MisrouteModel(
      conditions: MisrouteModel.Conditions(
        times: times, eventLoss: entry.loss, pollLoss: entry.pollLoss,
        unreachable: entry.unreachable, jitter: entry.jitter),
      pollInterval: entry.interval, ttl: entry.ttl, maxStale: entry.maxStale)
  }

  /// One change at one router, step by step as the model's text tells it.
  private func simulate(_ entry: Case, _ generator: inout SplitMix64) -> Double {
    let interval = entry.interval * (1 + entry.jitter)
    // When the next poll is due; the last one confirmed the map this long before the change.
    let next = Double.random(in: 0..<interval, using: &generator)
    let confirmed = next - interval
    if Double.random(in: 0..<1, using: &generator) < entry.unreachable {
      return entry.maxStale.map { confirmed + $0 } ?? .infinity
    }
    let delay = propagation(&generator)
    if Double.random(in: 0..<1, using: &generator) >= entry.loss { return delay }
    let expiry = max(confirmed + entry.ttl, next)
    var poll = next
    while poll < expiry || poll == next {
      if Double.random(in: 0..<1, using: &generator) >= entry.pollLoss { return poll + delay }
      poll += interval
    }
    return expiry + delay
  }

  private func propagation(_ generator: inout SplitMix64) -> Double {
    var draw = UInt64.random(in: 0..<Self.counts.reduce(0, +), using: &generator)
    for (place, count) in Self.counts.enumerated() {
      guard draw >= count else {
        guard place < Self.bounds.count else { return .infinity }
        let lower = place == 0 ? 0 : Self.bounds[place - 1]
        return Double.random(in: lower..<Self.bounds[place], using: &generator)
      }
      draw -= count
    }
    return .infinity
  }
}
