import Routing
import ShardMap
import Testing

@Suite struct HealthTests {
  static let fleet = Fleet(replicas: ["a@east/a", "b@east/b", "c@east/b"])

  @Test func `four failures in a row eject nobody, the fifth does`() throws {
    let worker = try Worker(Self.fleet)
    worker.fail("a", times: 4)
    #expect(worker.health("a").failures == 4)
    #expect(!worker.health("a").isEjected(at: worker.now))
    worker.fail("a")
    #expect(worker.health("a").isEjected(at: worker.now))
  }

  @Test func `a success in between starts the count again`() throws {
    let worker = try Worker(Self.fleet)
    worker.fail("a", times: 4)
    worker.connect("a")
    worker.fail("a", times: 4)
    #expect(!worker.health("a").isEjected(at: worker.now))
  }

  @Test func `each ejection without recovery is longer, up to the limit`() throws {
    let worker = try Worker(Self.fleet)
    worker.fail("a", times: 5)
    for expected in [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300] {
      let end = worker.seconds + Double(expected)
      worker.seconds = end - 0.001
      #expect(worker.health("a").isEjected(at: worker.now))
      worker.seconds = end
      #expect(!worker.health("a").isEjected(at: worker.now))
      worker.fail("a")
    }
  }

  @Test(arguments: [(0.0, 120), (9, 120), (10, 90), (25, 60), (30, 30), (3600, 30)])
  func `good health shortens the next ejection`(wellFor: Double, expected: Int) throws {
    let worker = try Worker(Self.fleet)
    worker.fail("a", times: 5)
    for seconds in [30, 60] {
      worker.seconds += Double(seconds)
      worker.fail("a")
    }
    worker.seconds += 90
    worker.connect("a")
    worker.seconds += wellFor
    worker.fail("a", times: 5)
    let length = worker.health("a").ejectedUntil.nanoseconds(since: worker.now)
    #expect(length == UInt64(expected) * 1_000_000_000)
  }

  @Test func `failures during an ejection don't lengthen it`() throws {
    var policy = HealthPolicy()
    policy.ejectedMaximumPercent = 100
    let worker = try Worker(Self.fleet, policy: policy)
    worker.fail("a", times: 5)
    let end = worker.health("a").ejectedUntil
    worker.seconds += 10
    worker.fail("a", times: 100)
    #expect(worker.health("a").ejectedUntil == end)
  }

  @Test func `a success ends an ejection at once`() throws {
    let worker = try Worker(Self.fleet)
    worker.fail("a", times: 5)
    worker.connect("a")
    #expect(!worker.health("a").isEjected(at: worker.now))
    #expect(worker.told() == "a same-zone")
  }

  @Test(arguments: [(4, 10, 1), (10, 10, 1), (20, 10, 2), (39, 10, 3), (20, 50, 10), (20, 0, 1)])
  func `no more than the cap is ejected, and always one`(
    instances: Int, percent: Int, expected: Int
  ) throws {
    var fleet = Fleet(replicas: [])
    fleet.spares = (1..<instances).map { "r\($0)@east/a" }
    var policy = HealthPolicy()
    policy.ejectedMaximumPercent = percent
    let worker = try Worker(fleet, policy: policy)
    for instance in 1..<instances { worker.fail("r\(instance)", times: 5) }
    let ejected = (1..<instances).filter { worker.health("r\($0)").isEjected(at: worker.now) }
    #expect(ejected.count == expected)
    worker.seconds += 31
    worker.fail("r\(instances - 1)")
    #expect(worker.health("r\(instances - 1)").isEjected(at: worker.now))
  }

  @Test func `a replica that has just failed is left alone for a growing while`() throws {
    let worker = try Worker(Self.fleet)
    for failures in 1...4 {
      worker.fail("a")
      worker.seconds += Double(failures) - 0.001
      #expect(worker.told().hasSuffix("same-region"))
      worker.seconds += 0.001
      #expect(worker.told() == "a same-zone")
    }
  }

  @Test func `after a failure one session at a time tries whether it is back`() throws {
    let worker = try Worker(Self.fleet)
    worker.fail("a", times: 5)
    worker.seconds += 30
    #expect(worker.told() == "a same-zone")
    worker.begin("a")
    #expect(worker.told().hasSuffix("same-region"))
    worker.end("a")
    #expect(worker.told() == "a same-zone")
    worker.connect("a")
    worker.begin("a", times: 10)
    #expect(worker.told() == "a same-zone")
  }

  @Test func `one failure after an ejection starts the next`() throws {
    let worker = try Worker(Self.fleet)
    worker.fail("a", times: 5)
    worker.seconds += 30
    worker.fail("a")
    #expect(worker.health("a").isEjected(at: worker.now))
  }

  @Test func `the latency average follows the samples and fades without them`() throws {
    let worker = try Worker(Self.fleet)
    let policy = HealthPolicy()
    func latency() -> UInt64? { worker.health("a").latencyNanoseconds(at: worker.now, policy) }
    #expect(latency() == nil)
    worker.connect("a", milliseconds: 10)
    #expect(latency() == 10_000_000)
    worker.connect("a", milliseconds: 20)
    #expect(latency() == 12_000_000)
    worker.connect("a", milliseconds: 2)
    #expect(latency() == 10_000_000)
    worker.seconds += 600
    #expect(latency() == 5_000_000)
    worker.seconds += 600
    #expect(latency() == 3_333_333)
  }

  @Test func `extreme times and latencies are no trap`() throws {
    let worker = try Worker(Self.fleet)
    worker.connect("a", milliseconds: .max / 1_000_000)
    worker.connect("a", milliseconds: .max / 1_000_000)
    worker.seconds = 1.8e10
    #expect(worker.told() == "a same-zone")
    worker.fail("a", times: 50)
    #expect(worker.told().hasSuffix("same-region"))
  }
}
