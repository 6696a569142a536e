import Files
import Glibc
import ShardMap

/// One shard with one instance and the tenants acme and beta, as a compiled map.
enum SmallMap {
  static func publish(
    version: UInt64, to path: String, port: UInt16 = 5432
  ) throws(MapBuildError) {
    try builder(version: version, port: port).publish(to: path)
  }

  static func bytes(version: UInt64) throws(MapBuildError) -> [UInt8] {
    try builder(version: version, port: 5432).bytes()
  }

  private static func builder(version: UInt64, port: UInt16) throws(MapBuildError) -> MapBuilder {
    var map = MapBuilder(mapVersion: version, issuedAt: 0)
    let region = try map.addRegion(id: "local")
    let zone = try map.addZone(id: "local-a", region: region)
    let instance = try map.addInstance(
      id: "s1-a", zone: zone, address: SocketAddress(ipv4: 0x7F00_0001, port: port))
    let shard = try map.addShard(id: "s1", epoch: 1, primary: instance)
    let policy = try map.addPolicy(id: "standard", tier: .strong)
    let pool = try map.addPool(id: "shared", dedicated: false)
    for tenant in ["acme", "beta"] {
      try map.addTenant(id: tenant, shard: shard, policy: policy, pool: pool, generation: 1)
    }
    return map
  }
}

/// A folder of its own for a test, with what a router reads; it is removed with all in it.
final class TemporaryFolder: Sendable {
  struct Failure: Error { let errno: Int32 }

  private let folder: FreshFolder
  var path: String { folder.path }
  /// Where a test's map is.
  var map: String { folder["map.swmap"] }
  /// Where a test's freshness page is.
  var page: String { folder["page"] }

  init() throws { folder = try FreshFolder("shardway-test") }

  /// Renames a new file with these bytes over the map.
  func replaceMap(with bytes: [UInt8]) throws {
    try write(bytes, to: "next")
    guard rename(folder["next"], map) == 0 else { throw Failure(errno: errno) }
  }

  /// Writes a file of this name; returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = folder[name]
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    defer { close(descriptor) }
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw Failure(errno: errno) }
    return file
  }
}
