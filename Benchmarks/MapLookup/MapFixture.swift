import Glibc
import ShardMap

/// A generated map in a temporary file without a name: nothing is left behind, however the process
/// ends.
final class MapFixture {
  let map: CompiledMap
  private let descriptor: Int32
  private let tenants: Int
  private var random = SplitMix64(state: 42)

  /// Builds the map and touches all of it once, so that the figures are those of a warm page cache.
  init(tenants: Int) throws {
    let path = "/tmp/shardway-map-lookup.\(getpid())"
    try Self.builder(tenants: tenants).publish(to: path)
    descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    map = try CompiledMap.open(path: path)
    unlink(path)
    self.tenants = tenants
    try map.verify()
    precondition(map.tenants.reduce(0) { count, _ in count + 1 } == tenants)
  }

  deinit {
    close(descriptor)
  }

  private static func builder(tenants: Int) throws(MapBuildError) -> MapBuilder {
    var map = MapBuilder(mapVersion: 1, issuedAt: 0)
    let region = try map.addRegion(id: "region")
    let zone = try map.addZone(id: "zone", region: region)
    let policy = try map.addPolicy(id: "standard", tier: .strong)
    let pool = try map.addPool(id: "shared", dedicated: false)
    // A thousand tenants a shard, and each shard has a replica.
    var shards: [ShardIndex] = []
    for number in 0..<max(1, tenants / 1_000) {
      let address = SocketAddress(ipv4: 0x0a00_0000 + UInt32(number), port: 5432)
      let primary = try map.addInstance(id: "i\(number)-a", zone: zone, address: address)
      let replica = try map.addInstance(id: "i\(number)-b", zone: zone, address: address)
      shards.append(
        try map.addShard(id: "s\(number)", epoch: 1, primary: primary, replicas: [replica]))
    }
    for number in 0..<tenants {
      try map.addTenant(
        id: id(number), shard: shards[number % shards.count], policy: policy, pool: pool,
        generation: 1)
    }
    return map
  }

  private static func id(_ number: Int) -> String { "tenant-\(number)" }

  /// Ids of a batch, one behind the other.
  struct IDs {
    var bytes: [UInt8] = []
    var ends = [0]
  }

  func drawIDs(_ count: Int) -> IDs {
    var ids = IDs()
    for _ in 0..<count {
      let number = Int.random(in: 0..<tenants, using: &random)
      ids.bytes += Self.id(number).utf8
      ids.ends.append(ids.bytes.count)
    }
    return ids
  }

  /// Looks up all ids; gives a sum, so that no record is read in vain.
  func lookUp(_ ids: IDs) -> UInt64 {
    let bytes = ids.bytes.span.bytes
    let ends = ids.ends.span
    var sum: UInt64 = 0
    for position in 1..<ends.count {
      guard let index = map.tenant(id: bytes.extracting(ends[position - 1]..<ends[position])) else {
        fatalError("a tenant of the map was not found")
      }
      sum &+= UInt64(map.tenant(index).shard.rawValue)
    }
    return sum
  }

  /// Opens the map once more, and tells how long that took and what it made resident.
  func reopen() throws -> (nanoseconds: Int, residentBytes: Int) {
    // The file has no name any more; the kernel finds it by its descriptor.
    let path = "/proc/self/fd/\(descriptor)"
    let resident = Self.residentBytes()
    let start = ContinuousClock.now
    let map = try CompiledMap.open(path: path)
    let duration = ContinuousClock.now - start
    let growth = Self.residentBytes() - resident
    withExtendedLifetime(map) {}
    return (Int(duration / .nanoseconds(1)), max(0, growth))
  }

  private static func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

/// The same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
