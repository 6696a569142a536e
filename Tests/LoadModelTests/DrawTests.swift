import LoadModel
import LoadScenario
import Testing

@Suite struct Draws {
  private static let names = (1...40).map { "tenant-\($0)" }

  static let choices: [(choice: TenantChoice, weights: [Double])] = [
    (.uniform(Array(names.prefix(7))), Array(repeating: 1, count: 7)),
    (.zipf(names, exponent: 1), (1...40).map { 1 / Double($0) }),
    (.zipf(Array(names.prefix(10)), exponent: 2), (1...10).map { 1 / Double($0 * $0) }),
    (
      .weighted([
        WeightedTenant(name: "acme", weight: 900), WeightedTenant(name: "birch", weight: 0.5),
        WeightedTenant(name: "cedar", weight: 99.5),
      ]), [900, 0.5, 99.5]
    ),
    (.uniform(["acme"]), [1]),
  ]

  @Test(arguments: choices.indices)
  func `Tenants come by their weights`(_ index: Int) {
    let (choice, weights) = Self.choices[index]
    var draw = TenantDraw(choice)
    var random = RandomSource(seed: 5)
    let total = 200_000
    var counts = Array(repeating: 0, count: weights.count)
    for _ in 0..<total { counts[draw.next(&random)] += 1 }
    let expected = shares(weights).map { $0 * Double(total) }
    // 0.1 % of the distribution with so many degrees of freedom, by Wilson and Hilferty.
    let degrees = Double(weights.count - 1)
    let root = degrees > 0 ? 1 - 2 / (9 * degrees) + 3.09 * (2 / (9 * degrees)).squareRoot() : 0
    #expect(chiSquare(counts, expected: expected) <= degrees * root * root * root)
  }

  @Test func `A mix is drawn by its weights`() {
    var draw = MixDraw([
      WeightedTransaction(.selectOnly, weight: 9), WeightedTransaction(.tpcbLike, weight: 1),
    ])
    var random = RandomSource(seed: 9)
    var counts = [0, 0]
    for _ in 0..<100_000 { counts[draw.next(&random)] += 1 }
    #expect(chiSquare(counts, expected: [90_000, 10_000]) < 10.8)  // 1 degree, 0.1 %
  }

  @Test func `The same seed draws the same tenants`() {
    var draw = TenantDraw(.zipf(Self.names, exponent: 1.1))
    var (one, other) = (RandomSource(seed: 3), RandomSource(seed: 3))
    let first = (0..<1000).map { _ in draw.next(&one) }
    #expect(first == (0..<1000).map { _ in draw.next(&other) })
  }

  @Test(arguments: choices.indices, [1, 3, 8, 1000])
  func `Connections opened together have the tenants' shares, to less than one`(
    _ index: Int, _ connections: Int
  ) {
    let (choice, weights) = Self.choices[index]
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let tenants = TenantDraw(choice).assignment(connections: connections, random: &random)
      #expect(tenants.count == connections)
      for (tenant, share) in shares(weights).enumerated() {
        let count = tenants.count { $0 == tenant }
        #expect(abs(Double(count) - share * Double(connections)) < 1)
      }
    }
  }

  @Test func `More tenants than connections get theirs as often as their shares say`() {
    let weights = (1...40).map { 1 / Double($0) }
    var random = RandomSource(seed: 17)
    var counts = Array(repeating: 0, count: 40)
    let draw = TenantDraw(.zipf(Self.names, exponent: 1))
    for _ in 0..<20_000 {
      for tenant in draw.assignment(connections: 5, random: &random) { counts[tenant] += 1 }
    }
    for (tenant, share) in shares(weights).enumerated() {
      let expected = share * 5 * 20_000
      #expect(abs(Double(counts[tenant]) - expected) < 4 * expected.squareRoot())
    }
  }

  @Test func `Neighbours in a list don't get neighbouring connections`() {
    var random = RandomSource(seed: 1)
    let tenants = TenantDraw(.uniform(Self.names)).assignment(connections: 400, random: &random)
    #expect(tenants != tenants.sorted())
  }

  private func shares(_ weights: [Double]) -> [Double] {
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
