import Glibc
import Routing
import ShardMap

/// What the replicas of a shard are like.
enum ReplicaState: String, CaseIterable {
  /// All of them will do.
  case well
  /// A third is too far behind, every tenth is ejected.
  case patchy
  /// None is fresh enough.
  case behind
}

/// A worker's view of a shard with any number of replicas in the router's zone, and their samples.
struct SelectionWorker: ~Copyable {
  let map: CompiledMap
  /// The replicas that will do for a read that is particular.
  private(set) var fit: [InstanceIndex] = []
  private let resolver: Resolver
  private let samples: SharedSamples
  private let tenant: TenantIndex
  private var health: HealthTable
  private var random = RandomSource(seed: 42)
  private let now = MonotonicTime(nanoseconds: 3_600_000_000_000)

  init(replicas count: Int, _ state: ReplicaState) throws {
    let path = "/tmp/shardway-replica-selection.\(getpid())"
    try Self.builder(replicas: count).publish(to: path)
    map = try CompiledMap.open(path: path)
    unlink(path)
    resolver = Resolver(location: RouterLocation(region: nil, zone: "here", in: map), in: map)
    tenant = map.tenant(id: "acme")!
    samples = SharedSamples(instanceCount: map.counts.instances)
    health = HealthTable(for: map)
    for (number, replica) in map.replicas(of: map.shard(map.tenant(tenant).shard)).enumerated() {
      let isBehind = state == .behind || (state == .patchy && number % 3 == 0)
      let isEjected = state == .patchy && number % 10 == 1
      set(replica, lagMilliseconds: isBehind ? 9_000 : 20)
      if isEjected { eject(replica) }
      if !isBehind, !isEjected { fit.append(replica) }
    }
  }

  private static func builder(replicas count: Int) throws(MapBuildError) -> MapBuilder {
    var map = MapBuilder(mapVersion: 1, issuedAt: 0)
    let region = try map.addRegion(id: "region")
    let zone = try map.addZone(id: "here", region: region)
    // The whole budget, so that no decision is refused.
    let policy = try map.addPolicy(id: "standard", tier: .strong, primaryReadBudgetPercent: 100)
    let pool = try map.addPool(id: "shared", dedicated: false)
    var instances: [InstanceIndex] = []
    for number in 0...count {
      instances.append(
        try map.addInstance(
          id: "i\(number)", zone: zone,
          address: SocketAddress(ipv4: 0x0a00_0000 + UInt32(number), port: 5432)))
    }
    let shard = try map.addShard(
      id: "s", epoch: 1, primary: instances[0], replicas: Array(instances.dropFirst()))
    try map.addTenant(id: "acme", shard: shard, policy: policy, pool: pool, generation: 1)
    return map
  }

  private func set(_ replica: InstanceIndex, lagMilliseconds: UInt64) {
    samples.set(
      InstanceSample(
        role: .replica, takenAt: MonotonicTime(nanoseconds: now.nanoseconds - 1_000_000),
        position: LogPosition(rawValue: 1),
        freshAsOf: MonotonicTime(nanoseconds: now.nanoseconds - lagMilliseconds * 1_000_000)),
      of: replica)
  }

  private mutating func eject(_ replica: InstanceIndex) {
    let slot = health.slot(of: replica)
    health.begin(slot)
    for _ in 0..<health.policy.ejectionFailures { health.recordFailure(slot, now: now) }
    health.end(slot)
  }

  /// Decides so many times, for a session that wrote a second ago; gives a sum, so that no decision
  /// is made in vain.
  mutating func select(_ tier: Consistency, times: Int) -> UInt64 {
    let floor = SessionFloor(
      lastWriteEndedAt: MonotonicTime(nanoseconds: now.nanoseconds - 1_000_000_000))
    var sum: UInt64 = 0
    for _ in 0..<times { sum &+= UInt64(select(tier, floor).rawValue) }
    return sum
  }

  private mutating func select(_ tier: Consistency, _ floor: SessionFloor) -> InstanceIndex {
    do throws(RouteRefusal) {
      return try resolver.resolve(
        tenant: tenant, tier: tier, floor: floor, map: map, samples: samples, health: &health,
        random: &random, now: now
      ).instance
    } catch {
      fatalError("a decision was refused: \(error)")
    }
  }
}
