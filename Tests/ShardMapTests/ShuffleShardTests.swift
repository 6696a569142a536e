import ShardMap
import Testing

@Suite("Shuffle sharding")
struct ShuffleShardTests {
  private static func names(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("r\($0)".utf8) } }

  private static func routers(
    _ tenant: String, _ names: [[UInt8]], _ count: Int
  ) -> [Int] {
    ShuffleShard.routers(of: tenant.utf8Span.span.bytes, among: names, count: count)
  }

  @Test("gives a tenant as many routers as it should have, each once", arguments: [1, 2, 3, 8])
  func count(_ count: Int) {
    let names = Self.names(8)
    for tenant in 0..<100 {
      let routers = Self.routers("t\(tenant)", names, count)
      #expect(routers.count == count)
      #expect(Set(routers).count == count)
      for router in names.indices {
        let serves = ShuffleShard.serves(
          router, tenant: "t\(tenant)".utf8Span.span.bytes, among: names, count: count)
        #expect(serves == routers.contains(router))
      }
    }
  }

  @Test(
    "gives all routers when none, or as many as there are, are asked for", arguments: [0, 3, 9])
  func all(_ count: Int) {
    let names = Self.names(3)
    #expect(Set(Self.routers("acme", names, count)) == [0, 1, 2])
    for router in 0..<3 {
      let serves = ShuffleShard.serves(
        router, tenant: "acme".utf8Span.span.bytes, among: names, count: count)
      #expect(serves)
    }
  }

  @Test("gives none where there are none")
  func none() {
    #expect(Self.routers("acme", [], 2) == [])
  }

  @Test("doesn't depend on the order of the names")
  func order() {
    let names = Self.names(12)
    let reversed = Array(names.reversed())
    for tenant in 0..<200 {
      let one = Self.routers("t\(tenant)", names, 3).map { names[$0] }
      let other = Self.routers("t\(tenant)", reversed, 3).map { reversed[$0] }
      #expect(one == other)
    }
  }

  @Test("changes only the tenants of a router that goes, and each of them by one router")
  func removal() {
    let names = Self.names(10)
    let fewer = Array(names.dropLast())
    for tenant in 0..<1000 {
      let before = Self.routers("t\(tenant)", names, 3)
      let after = Self.routers("t\(tenant)", fewer, 3)
      #expect(Array(before.filter { $0 != 9 }) == Array(after.prefix(before.contains(9) ? 2 : 3)))
    }
  }

  @Test("gives the same on every machine and in every version")
  func pinned() {
    let names = Self.names(8)
    #expect(Self.routers("acme", names, 3) == [7, 0, 5])
    #expect(Self.routers("globex", names, 3) == [7, 0, 3])
    #expect(Self.routers("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", names, 3) == [0, 4, 3])
  }

  /// Ten thousand tenants, two of eight routers each: 28 pairs of routers.
  @Test("spreads tenants evenly, and lets few pairs of them share all their routers")
  func spread() {
    let names = Self.names(8)
    var tenants = [Int](repeating: 0, count: 8)
    var sets: [Set<Int>: Int] = [:]
    for tenant in 0..<10_000 {
      let routers = Self.routers("tenant-\(tenant)", names, 2)
      for router in routers { tenants[router] += 1 }
      sets[Set(routers), default: 0] += 1
    }
    // 2500 and 357 on the average; five deviations of chance are 217 and 93.
    for count in tenants { #expect((2283...2717).contains(count)) }
    #expect(sets.count == 28)
    for count in sets.values { #expect((264...450).contains(count)) }
  }
}
