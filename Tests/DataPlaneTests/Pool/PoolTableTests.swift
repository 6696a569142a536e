import Pooling
import RandomNumbers
import ShardMap
import Testing

@testable import DataPlane
@testable import Routing

@Suite("Pool table")
struct PoolTableTests {
  private func pool(_ number: UInt64, at place: Int) -> ServerPool {
    ServerPool(
      account: 3, slot: HealthSlot(0), address: SocketAddress(ipv4: 0x7F00_0001, port: 5432),
      epoch: number, shard: number, place: place)
  }

  @Test("has a pool in its place until it is forgotten")
  func presence() throws {
    var table = PoolTable()
    let taken = table.takePlace()
    let place = try #require(taken)
    let isEmpty = !table.has(place)
    #expect(isEmpty, "a place that is taken has no pool yet")
    table.put(pool(7, at: place), at: place)
    table[place].lentCount += 1
    let isThere = table.has(place) && table[place].epoch == 7 && table[place].lentCount == 1
    let number = table[place].waiting.number
    #expect(isThere && number == UInt32(place))
    table.remove(place)
    let isGone = !table.has(place)
    #expect(isGone)
  }

  @Test("a pool begins with nothing, and wants what waits and what is asked")
  func newPool() {
    var pool = pool(1, at: 0)
    let isIdle = pool.linkCount == 0 && pool.wantedCount == 0 && !pool.isRetired
    #expect(isIdle)
    (pool.idleCount, pool.lentCount, pool.comingCount, pool.openingCount) = (1, 2, 4, 3)
    pool.questions = [VerifierQuestion(shard: 1, user: [], sessions: [])]
    let links = pool.linkCount
    let wanted = pool.wantedCount
    #expect(links == 7 && wanted == 1)
    let counts = pool.counts
    #expect(counts == PoolCounts(idle: 1, busy: 2, opening: 3, returning: 1, waiting: 1))
  }

  @Test("a pool is in use while a session has a link of it, and for as long as links may be idle")
  func inUse() {
    var pool = pool(1, at: 0)
    var limits = PoolLimits()
    limits.idleNanoseconds = 60
    let isInUse = { (pool: borrowing ServerPool, now: UInt64, limits: PoolLimits) in
      pool.isInUse(limits, at: MonotonicTime(nanoseconds: now))
    }
    let atFirst = isInUse(pool, 1, limits)
    #expect(!atFirst, "it is only asked about a role")
    pool.lentCount = 1
    let lent = isInUse(pool, 1, limits)
    pool.lentCount = 0
    pool.lastUsedAt = MonotonicTime(nanoseconds: 100)
    let after = [159, 160].map { isInUse(pool, $0, limits) }
    limits.idleNanoseconds = nil
    let forEver = isInUse(pool, .max, limits)
    #expect(lent && after == [true, false] && forEver)
  }

  @Test("gives each place once, uses those that come back, and stops at its capacity")
  func places() {
    var table = PoolTable()
    var places: [Int] = []
    while let place = table.takePlace() {
      places.append(place)
      table.put(pool(UInt64(place), at: place), at: place)
    }
    #expect(places == Array(0..<PoolTable.capacity))
    table.remove(500)
    table.remove(9)
    let again = [table.takePlace(), table.takePlace(), table.takePlace()]
    #expect(again == [9, 500, nil])
    let touched = table.touched
    #expect(touched == PoolTable.capacity)
  }

  @Test("does what a dictionary does", arguments: 0..<10 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var table = PoolTable()
    var model: [Int: UInt64] = [:]
    for _ in 0..<500 {
      if Int.random(in: 0..<5, using: &random) < 3, let place = table.takePlace() {
        let number = random.next()
        let isFree = !table.has(place) && model[place] == nil
        #expect(isFree)
        table.put(pool(number, at: place), at: place)
        model[place] = number
      } else if let place = model.keys.sorted().randomElement(using: &random) {
        table.remove(place)
        model[place] = nil
      }
      for place in 0..<table.touched + 2 {
        let number = table.has(place) ? table[place].epoch : nil
        #expect(number == model[place])
      }
    }
  }
}
