import Glibc
import Routing
public import ShardMap

/// A generated map in a temporary file without a name: nothing is left behind, however the process
/// ends.
public final class MapFixture {
  /// The map.
  public let map: CompiledMap
  private let descriptor: Int32
  private let tenants: Int
  private var random = RandomSource(seed: 42)

  /// Builds the map and touches all of it once, so that the figures are those of a warm page cache.
  ///
  /// With `patches` it is made for a sixteenth fewer tenants, and the rest come by so many patches:
  /// the table is as full as patches make it, nearly.
  public init(tenants: Int, patches: Int = 0) throws {
    let path = "/tmp/shardway-map-lookup.\(getpid())"
    let first = patches == 0 ? tenants : tenants - tenants / 16
    try GeneratedMap.builder(tenants: first).publish(to: path)
    for patch in 0..<patches {
      let added = tenants - first
      try Self.add(
        first + patch * added / patches..<first + (patch + 1) * added / patches, to: path,
        shards: max(1, first / 1_000))
    }
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

  private static func add(_ numbers: Range<Int>, to path: String, shards: Int) throws {
    let map = try CompiledMap.open(path: path)
    var patch = MapPatch(mapVersion: map.header.mapVersion + 1, issuedAt: 0)
    for number in numbers {
      patch.upsertTenant(
        id: GeneratedMap.id(number), shard: "s\(number % shards)", policy: "standard",
        pool: "shared", generation: 1)
    }
    try map.publish(patch, to: path, durability: .deferred)
  }

  /// Ids of a batch, one behind the other.
  public struct IDs {
    fileprivate var bytes: [UInt8] = []
    fileprivate var ends = [0]
  }

  /// Draws ids of tenants at random.
  public func drawIDs(_ count: Int) -> IDs {
    var ids = IDs()
    for _ in 0..<count {
      let number = Int.random(in: 0..<tenants, using: &random)
      ids.bytes += GeneratedMap.id(number).utf8
      ids.ends.append(ids.bytes.count)
    }
    return ids
  }

  /// Looks up so many of the ids, from the first on and over again; gives a sum, so that no record
  /// is read in vain.
  public func lookUp(_ ids: IDs, times: Int) -> Int {
    let bytes = ids.bytes.span.bytes
    let ends = ids.ends.span
    var sum: UInt64 = 0
    var position = 0
    for _ in 0..<times {
      position = position + 1 == ends.count ? 1 : position + 1
      guard let index = map.tenant(id: bytes.extracting(ends[position - 1]..<ends[position])) else {
        fatalError("a tenant of the map was not found")
      }
      sum &+= UInt64(map.tenant(index).shard.rawValue)
    }
    return Int(truncatingIfNeeded: sum)
  }

  /// Opens the map once more, and tells how long that took and what it made resident.
  public func reopen() throws -> (nanoseconds: Int, residentBytes: Int) {
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
