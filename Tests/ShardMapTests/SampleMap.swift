import Files
import Glibc
import Testing

@testable import ShardMap

/// A file that is removed when it goes out of use.
final class TemporaryFile {
  private let folder: FreshFolder
  let path: String

  init(_ bytes: [UInt8] = []) throws {
    folder = try FreshFolder("shardmap-test")
    path = folder["file"]
    try POSIXMapFiles().replace(path, with: bytes)
  }

  /// The file's bytes as they are now.
  func read() throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var status = stat()
    try #require(fstat(descriptor, &status) == 0)
    let count = Int(status.st_size)
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, Glibc.read(descriptor, buffer.baseAddress, count))
    }
    try #require(bytes.count == count)
    return bytes
  }
}

/// A map with two regions, three zones, four instances, two shards and any number of tenants.
enum SampleMap {
  static func tenantID(_ number: Int) -> String { "tenant-\(number)" }

  static func builder(tenants: Int, mapVersion: UInt64 = 7, root: MapRoot = .none)
    throws(MapBuildError) -> MapBuilder
  {
    var map = MapBuilder(mapVersion: mapVersion, issuedAt: 1_795_219_200_000, root: root)
    let near = try map.addRegion(id: "near")
    let far = try map.addRegion(id: "far")
    let nearA = try map.addZone(id: "near-a", region: near)
    let nearB = try map.addZone(id: "near-b", region: near)
    let farA = try map.addZone(id: "far-a", region: far)
    let instances = try [nearA, nearB, farA, nearB].enumerated().map {
      (number, zone) throws(MapBuildError) in
      try map.addInstance(
        id: "i\(number)", zone: zone,
        address: SocketAddress(ipv4: 0x7f00_0001, port: UInt16(5433 + number)))
    }
    let first = try map.addShard(
      id: "s1", epoch: 3, primary: instances[0], replicas: [instances[1], instances[2]])
    let second = try map.addShard(id: "s2", epoch: 9, mode: .paused, primary: instances[3])
    let standard = try map.addPolicy(id: "standard", tier: .strong)
    let relaxed = try map.addPolicy(id: "relaxed", tier: .eventual)
    let shared = try map.addPool(id: "shared", dedicated: false)
    let own = try map.addPool(id: "own", dedicated: true)
    for number in 0..<tenants {
      try map.addTenant(
        id: tenantID(number), database: number % 3 == 0 ? longDatabase(number) : nil,
        shard: number.isMultiple(of: 2) ? first : second,
        policy: number.isMultiple(of: 5) ? relaxed : standard,
        pool: number.isMultiple(of: 7) ? own : shared, generation: UInt64(number),
        state: number.isMultiple(of: 11) ? .suspended : .active)
    }
    return map
  }

  /// Doesn't fit a record beside an id.
  static func longDatabase(_ number: Int) -> String {
    "database_\(number)_" + String(repeating: "x", count: 30)
  }

  static func bytes(tenants: Int) throws(MapBuildError) -> [UInt8] {
    try builder(tenants: tenants).bytes()
  }
}
