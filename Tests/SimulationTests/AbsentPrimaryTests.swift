import DataPlane
import ShardMap
import Testing

@testable import Simulation

/// A primary that is gone for a while, in worlds in which nothing else goes wrong.
@Suite("An absent primary, simulated")
struct AbsentPrimaryTests {
  let simulation: Simulation

  init() throws { simulation = try Simulation() }

  /// What the control plane was told of the shard `s2` in runs in which its primary is down for so long.
  private func told(downFor nanoseconds: Int, seeds: ClosedRange<UInt64>) -> [[RouterEvent]] {
    seeds.map { seed in
      var outbox: RouterOutbox?
      let world = PoolWorld(given: PoolPlan()) { stage in
        outbox = stage.outbox
        stage.fleet.excuses.hasFailedOver = true
        stage.world.after(1_000_000) { [unowned fleet = stage.fleet] in
          guard let primary = fleet.instances.first(where: { $0.id == "s2-a" }) else { return }
          fleet.crash(primary, downFor: nanoseconds)
        }
      }
      let report = simulation.runPool(seed: seed, plan: FaultPlan(), pool: world)
      #expect(report.violation == nil, "seed \(seed)")
      // Another shard is paused by the map from the beginning.
      return (outbox?.takeAll() ?? []).filter {
        $0.shard == "s2" && [.modeEntered, .modeLeft].contains($0.kind)
      }
    }
  }

  @Test("it is evidence of the mode read-only, and its return ends that")
  func comesBack() {
    let runs = told(downFor: 3_000_000_000, seeds: 1...8)
    let seen = runs.filter { !$0.isEmpty }
    #expect(!seen.isEmpty)
    for events in seen {
      #expect(events.map(\.kind) == [.modeEntered, .modeLeft])
      for event in events {
        #expect(event.text.hasPrefix("read-only (no-primary)"))
      }
    }
  }

  @Test("one that is back at once is none")
  func blink() {
    let runs = told(downFor: 100_000_000, seeds: 1...8)
    #expect(runs.allSatisfy { $0.isEmpty })
  }
}
