import Routing
import ShardMap
import Testing

@Suite struct TwoChoicesTests {
  private func fleet(replicas: Int, zone: String = "east/a") -> Fleet {
    Fleet(replicas: (0..<replicas).map { "r\($0)@\(zone)" })
  }

  /// How often each replica is chosen in `count` decisions that change nothing.
  private func shares(_ worker: Worker, replicas: Int, of count: Int) throws -> [Double] {
    var chosen = Array(repeating: 0, count: replicas)
    for _ in 0..<count {
      let id = try worker.id(worker.route().instance)
      chosen[Int(id.dropFirst())!] += 1
    }
    return chosen.map { Double($0) / Double(count) }
  }

  @Test(arguments: [2, 3, 8, 15], [1, 2, 3] as [UInt64])
  func `equal replicas get equal shares`(replicas: Int, seed: UInt64) throws {
    let worker = try Worker(fleet(replicas: replicas), seed: seed)
    for share in try shares(worker, replicas: replicas, of: 10_000) {
      // Five standard deviations of 10,000 draws are less than 0.025.
      #expect(abs(share - 1 / Double(replicas)) < 0.025)
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `of three, the idle one wins two draws in three and the busiest none`(seed: UInt64) throws {
    let worker = try Worker(fleet(replicas: 3), seed: seed)
    worker.begin("r1", times: 5)
    worker.begin("r2", times: 10)
    let shares = try shares(worker, replicas: 3, of: 10_000)
    #expect(abs(shares[0] - 2.0 / 3) < 0.025)
    #expect(abs(shares[1] - 1.0 / 3) < 0.025)
    #expect(shares[2] == 0)
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `sessions that stay spread almost evenly`(seed: UInt64) throws {
    let worker = try Worker(fleet(replicas: 10), seed: seed)
    for _ in 0..<10_000 { worker.begin(try worker.id(worker.route().instance)) }
    let loads = (0..<10).map { worker.health("r\($0)").inFlight }
    // Plain random choice would leave about a hundred between the extremes.
    #expect(loads.max()! - loads.min()! <= 6)
  }

  @Test func `with equal load the faster of the two wins, and an unmeasured one is fastest`() throws
  {
    let worker = try Worker(fleet(replicas: 2))
    worker.connect("r0", milliseconds: 2)
    worker.connect("r1", milliseconds: 1)
    #expect(try shares(worker, replicas: 2, of: 100) == [0, 1])
    let fresh = try Worker(fleet(replicas: 2))
    fresh.connect("r1", milliseconds: 1)
    #expect(try shares(fresh, replicas: 2, of: 100) == [1, 0])
  }

  @Test func `load counts before latency`() throws {
    let worker = try Worker(fleet(replicas: 2))
    worker.connect("r0", milliseconds: 1)
    worker.connect("r1", milliseconds: 100)
    worker.begin("r0")
    #expect(try shares(worker, replicas: 2, of: 100) == [0, 1])
  }

  @Test func `of other regions only those within the latency window compete`() throws {
    let worker = try Worker(fleet(replicas: 4, zone: "west/a"))
    worker.connect("r0", milliseconds: 40)
    worker.connect("r1", milliseconds: 20)
    worker.connect("r2", milliseconds: 35)
    // r3 was never measured, so it competes.
    let shares = try shares(worker, replicas: 4, of: 10_000)
    #expect(shares[0] == 0)
    #expect(shares[1] > 0.3)
    #expect(shares[2] == 0, "it competes, but loses to either of the others")
    #expect(shares[3] > 0.6)
    let verdicts = worker.verdicts()
    #expect(verdicts[1] == "r0: slower-region")
    worker.begin("r1")
    worker.begin("r3")
    #expect(try self.shares(worker, replicas: 4, of: 10_000)[2] > 0.6)
  }

  @Test func `inside a region latency excludes nobody`() throws {
    let worker = try Worker(fleet(replicas: 2, zone: "east/b"))
    worker.connect("r0", milliseconds: 1)
    worker.connect("r1", milliseconds: 500)
    worker.begin("r0")
    #expect(worker.told() == "r1 same-region")
  }

  @Test func `the same seed gives the same routes`() throws {
    let workers = try (0..<2).map { _ in try Worker(fleet(replicas: 9), seed: 7) }
    for _ in 0..<200 { #expect(workers[0].told() == workers[1].told()) }
  }

  @Test func `the generator gives the published sequence`() {
    // Reference values of SplitMix64 for the seed 1234567.
    var random = RandomSource(seed: 1_234_567)
    let numbers = (0..<5).map { _ in random.next() }
    #expect(
      numbers == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }
}
