import MapSync
import ShardMap
import Testing

@Suite("Several control planes")
struct SeveralControlPlanesTests {
  @Test("are tried in turn, and one that works is kept", arguments: 1...20)
  func inTurn(seed: UInt64) throws {
    let bench = Bench(controlPlanes: 3, seed: seed)
    var asked: [Int] = []
    for _ in 0..<6 {
      let request = try #require(bench.nextRequest())
      asked.append(request.controlPlane)
      bench.send(.answered(request.id, .failed("refused")))
    }
    #expect(asked[1...].elementsEqual(asked.dropLast().map { ($0 + 1) % 3 }))
    for _ in 0..<5 {
      let request = try #require(bench.nextRequest())
      asked.append(request.controlPlane)
      bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero)))
    }
    #expect(Set(asked.suffix(5)).count == 1)
  }

  /// How the stale one answers.
  private static let stale: [SyncAnswer] = [
    .versionAhead("head is 3"),
    .nothingNew(MapEdition(version: 3, root: Bench.root(3)), waited: .zero),
    .nothingNew(MapEdition(version: 5, root: Bench.root(3)), waited: .zero),
  ]

  @Test("a stale one never confirms anything, and is left for good", arguments: stale)
  func staleOne(answer: SyncAnswer) throws {
    for seed in UInt64(1)...20 {
      let bench = Bench(controlPlanes: 2, seed: seed)
      var turns: [Int] = []
      for _ in 0..<20 {
        let request = try #require(bench.nextRequest())
        turns.append(request.controlPlane)
        if request.controlPlane == 0 {
          let before = bench.machine.status.confirmed
          bench.send(.answered(request.id, answer))
          #expect(bench.machine.status.confirmed == before)
          #expect(bench.stamps.last?.condition == .refusing)
        } else {
          bench.send(.answered(request.id, .nothingNew(Bench.five, waited: .zero)))
        }
        #expect(bench.stamps.allSatisfy { $0.mapVersion == 5 })
      }
      #expect(turns.dropFirst().allSatisfy { $0 == 1 }, "\(turns)")
    }
  }

  @Test("events follow to the control plane in use")
  func events() throws {
    let bench = Bench(controlPlanes: 2, events: true)
    let first = try #require(bench.nextRequest())
    var actions = bench.send(.answered(first.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(actions == [.openEvents(controlPlane: first.controlPlane, after: 5)])
    let second = try #require(bench.nextRequest())
    #expect(bench.send(.answered(second.id, .failed("reset"))).contains(.closeEvents))
    let third = try #require(bench.nextRequest())
    actions = bench.send(.answered(third.id, .nothingNew(Bench.five, waited: .zero)))
    #expect(actions == [.openEvents(controlPlane: 1 - first.controlPlane, after: 5)])
  }
}
