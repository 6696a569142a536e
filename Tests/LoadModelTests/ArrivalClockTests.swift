import LoadModel
import LoadScenario
import Testing

@Suite struct `Arrival clocks` {
  @Test func `A fixed schedule makes equal gaps from its start on`() {
    var clock = clock(.fixed, RatePlan(transactionsPerSecond: 1000), from: -2_000_000)
    #expect(moments(&clock, 5) == [-2_000_000, -1_000_000, 0, 1_000_000, 2_000_000])
  }

  @Test func `A fixed schedule gains and loses nothing in 3,000,000 steps`() {
    var clock = clock(.fixed, RatePlan(transactionsPerSecond: 3))
    #expect(moments(&clock, 3_000_001).last == 1_000_000_000_000_000)
  }

  @Test func `Workers with a share and a phase make equal gaps together`() {
    let plan = RatePlan(transactionsPerSecond: 1000)
    let together = (0..<4).flatMap { worker in
      var clock = ArrivalClock(
        .fixed, plan, share: 0.25, phase: Double(worker) / 4, startNanoseconds: 0,
        random: RandomSource(seed: UInt64(worker)))
      return moments(&clock, 100)
    }
    #expect(together.sorted() == (0..<400).map { $0 * 1_000_000 })
  }

  @Test func `A fixed schedule follows a ramp by the integral of its rate`() {
    // From 0 to 200/s in 1 s: after t seconds, 100 t² have come.
    var clock = clock(.fixed, ramp([(0, 0), (1, 200)]))
    let moments = moments(&clock, 301)
    for count in 0...100 {
      let expected = (Double(count) / 100).squareRoot() * 1e9
      #expect(abs(Double(moments[count]) - expected) <= 1)
    }
    #expect(moments[300] == 2_000_000_000)
  }

  @Test func `A falling ramp, a pause and a jump are exact, too`() {
    // 100/s falls to 0 within 2 s (100 arrivals); nothing for 3 s; then at once 50/s.
    var clock = clock(.fixed, ramp([(0, 100), (2, 0), (5, 0), (5, 50)]), phase: 0.5)
    let moments = moments(&clock, 102)
    #expect(moments[99] < 2_000_000_000 && moments[99] > 1_800_000_000)
    #expect(moments[100] == 5_010_000_000)
    #expect(moments[101] == 5_030_000_000)
  }

  @Test(arguments: Arrivals.Schedule.allCases)
  func `A rate that ends at zero ends the arrivals`(_ schedule: Arrivals.Schedule) {
    var clock = clock(schedule, ramp([(0, 100), (1, 0)]))
    let moments = moments(&clock, 400)
    #expect(moments.suffix(200).allSatisfy { $0 == .max })
    #expect(moments.filter { $0 != .max }.allSatisfy { $0 <= 1_000_000_000 })
  }

  @Test(arguments: Arrivals.Schedule.allCases)
  func `A rate of zero has no arrival`(_ schedule: Arrivals.Schedule) {
    var clock = clock(schedule, RatePlan(transactionsPerSecond: 0))
    #expect(moments(&clock, 3) == [.max, .max, .max])
  }

  @Test func `The rate before the first point is the first point's, in the warm-up too`() {
    var clock = clock(.fixed, ramp([(1, 10), (2, 20)]), from: -1_000_000_000)
    let moments = moments(&clock, 60)
    #expect(moments.filter { $0 < 0 }.count == 10)
    #expect(moments.filter { (0..<1_000_000_000).contains($0) }.count == 10)
    #expect(moments.filter { (1_000_000_000..<2_000_000_000).contains($0) }.count == 15)
  }

  @Test func `A plan can be entered in the middle of a ramp`() {
    var clock = clock(.fixed, ramp([(0, 0), (10, 1000)]), from: 5_000_000_000)
    #expect(moments(&clock, 2)[1] - 5_000_000_000 == 1_999_600)
  }

  @Test(arguments: [1.0, 250, 40_000, 10_000_000], [0.25, 1])
  func `Poisson gaps have their mean and deviation`(_ rate: Double, _ share: Double) {
    var clock = ArrivalClock(
      .poisson, RatePlan(transactionsPerSecond: rate), share: share, phase: 0,
      startNanoseconds: 0, random: RandomSource(seed: 11))
    let count = 100_000
    let moments = moments(&clock, count)
    let gaps = zip(moments.dropFirst(), moments).map { Double($0 - $1) }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    let expected = 1e9 / (rate * share)
    // Four standard errors of a mean, and of a deviation.
    #expect(abs(mean / expected - 1) < 4 / Double(count).squareRoot())
    #expect(abs(variance.squareRoot() / expected - 1) < 6 / Double(count).squareRoot())
  }

  @Test func `Poisson gaps are exponential, each tenth of them alike`() {
    var clock = clock(.poisson, RatePlan(transactionsPerSecond: 1000))
    let moments = moments(&clock, 50_001)
    var bins = Array(repeating: 0, count: 10)
    for (later, earlier) in zip(moments.dropFirst(), moments) {
      // The distribution function turns an exponential gap into a uniform number.
      let place = 1 - exponential(-Double(later - earlier) / 1_000_000)
      bins[min(9, Int(place * 10))] += 1
    }
    // 9 degrees of freedom, 0.1 %.
    #expect(chiSquare(bins, expected: Array(repeating: 5000, count: 10)) < 27.9)
  }

  @Test func `Poisson counts follow a ramp, and counts of disjoint times vary as they must`() {
    let plan = ramp([(0, 0), (10, 4000), (20, 4000), (20, 500), (30, 500)])
    var clock = clock(.poisson, plan)
    var bins = Array(repeating: 0, count: 30)
    while true {
      let moment = clock.next()
      guard moment < 30_000_000_000 else { break }
      bins[Int(moment / 1_000_000_000)] += 1
    }
    let expected =
      (0..<10).map { 400 * (Double($0) + 0.5) } + Array(repeating: 4000, count: 10)
      + Array(repeating: 500, count: 10)
    let statistic = chiSquare(bins, expected: expected)
    #expect(statistic < 59.7)  // 30 degrees, 0.1 %
    #expect(statistic > 11.6)  // not smoother than chance, 99.9 %
  }

  @Test(arguments: Arrivals.Schedule.allCases)
  func `The same seed gives the same moments, never one before the last`(
    _ schedule: Arrivals.Schedule
  ) {
    let plan = ramp([(0, 0), (1, 100_000), (2, 0), (3, 0), (3, 7_000_000)])
    var (one, other) = (clock(schedule, plan), clock(schedule, plan))
    let moments = moments(&one, 200_000)
    #expect(moments == self.moments(&other, 200_000))
    #expect(zip(moments.dropFirst(), moments).allSatisfy { $0 >= $1 })
  }

  @Test func `Other seeds give other Poisson moments`() {
    let plan = RatePlan(transactionsPerSecond: 100)
    var (one, other) = (clock(.poisson, plan, seed: 1), clock(.poisson, plan, seed: 2))
    #expect(moments(&one, 10) != moments(&other, 10))
  }

  private func clock(
    _ schedule: Arrivals.Schedule, _ plan: RatePlan, from start: Int64 = 0, phase: Double = 0,
    seed: UInt64 = 7
  ) -> ArrivalClock {
    ArrivalClock(
      schedule, plan, share: 1, phase: phase, startNanoseconds: start,
      random: RandomSource(seed: seed))
  }

  private func moments(_ clock: inout ArrivalClock, _ count: Int) -> [Int64] {
    (0..<count).map { _ in clock.next() }
  }

  private func ramp(_ points: [(seconds: Int, rate: Double)]) -> RatePlan {
    RatePlan(
      points: points.map { .init(at: .seconds($0.seconds), transactionsPerSecond: $0.rate) })
  }
}
