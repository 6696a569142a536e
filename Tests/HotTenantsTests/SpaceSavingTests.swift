import HotTenants
import RandomNumbers
import Testing

@Suite("SpaceSaving")
struct SpaceSavingTests {
  @Test("as long as there is a counter for each key, weights are exact")
  func exactWhileThereIsRoom() {
    var sketch = SpaceSaving(capacity: 8)
    for round in 1...5 {
      for key in 0..<8 { _ = sketch.add(UInt64(key), weight: UInt64(round * (key + 1))) }
    }
    for key in 0..<8 {
      let counter = sketch.place(of: UInt64(key)).map { sketch[$0] }
      #expect(counter == .init(key: UInt64(key), count: UInt64(15 * (key + 1)), error: 0))
    }
    #expect(sketch.count == 8)
  }

  @Test("a key without a counter takes over the lightest, and inherits its count as an error")
  func takesOverLightest() {
    var sketch = SpaceSaving(capacity: 2)
    _ = sketch.add(1, weight: 10)
    _ = sketch.add(2, weight: 3)
    let added = sketch.add(3, weight: 5)
    #expect(added.isNew)
    #expect(sketch[added.place] == .init(key: 3, count: 8, error: 3))
    #expect(sketch.place(of: 2) == nil)
    #expect(sketch.place(of: 1) != nil)
    #expect(sketch.unseenLimit == 8)
  }

  @Test(
    "whatever comes: no count is too low or too high by more than its error, and no heavy key is missed",
    arguments: [1, 2, 3, 5, 64] as [Int], [1, 2, 3] as [UInt64])
  func boundsHold(capacity: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let skew = Zipf(count: 500, exponent: 1.1)
    var sketch = SpaceSaving(capacity: capacity)
    var truth: [UInt64: UInt64] = [:]
    var total: UInt64 = 0
    for _ in 0..<20_000 {
      let key = UInt64(skew.draw(&random))
      let weight = random.next() % 9
      _ = sketch.add(key, weight: weight)
      truth[key, default: 0] += weight
      total += weight
    }
    for place in 0..<sketch.count {
      let counter = sketch[place]
      let weight = truth[counter.key] ?? 0
      #expect(counter.count >= weight && counter.count - counter.error <= weight)
      #expect(sketch.place(of: counter.key) == place)
    }
    for (key, weight) in truth where sketch.place(of: key) == nil {
      #expect(weight <= sketch.unseenLimit)
      #expect(weight <= total / UInt64(capacity))
    }
  }

  @Test("a sketch that was emptied is as a new one")
  func emptied() {
    var sketch = SpaceSaving(capacity: 3)
    for key in 0..<10 { _ = sketch.add(UInt64(key), weight: 7) }
    sketch.removeAll()
    #expect(sketch.count == 0 && sketch.unseenLimit == 0)
    #expect(sketch.place(of: 9) == nil)
    let added = sketch.add(9, weight: 1)
    #expect(sketch[added.place] == .init(key: 9, count: 1, error: 0))
  }
}

extension SpaceSaving {
  /// The weight that a key without a counter has at most.
  fileprivate var unseenLimit: UInt64 {
    guard count == capacity else { return 0 }
    var lightest = UInt64.max
    for place in 0..<count { lightest = min(lightest, self[place].count) }
    return lightest
  }
}
