import HotTenants
import RandomNumbers
import Routing
import ShardMap

/// Ten thousand tenants on eight shards, whose transactions come by chance, the largest tenant's most often; two
/// workers measure them.
///
/// Each shard works on so many transactions at a time; the others wait, first come, first served.
struct SimulatedLoad {
  static let tenants = 10_000
  static let shards = 8
  static let workers = 2
  /// Transactions that a shard works on at a time.
  private static let servers = 6
  /// What a shard's servers do of what they could, at the shard that has most to do.
  private static let usage = 0.7
  /// All tenants' transactions in a second.
  static let rate = 1000.0

  private struct Ended {
    let tenant: Int
    let at: Double
    let served: Double
    let latency: Double
  }

  let shardOf: [Int]
  private let zipf: Zipf
  private let service: Double
  private var random: SplitMix64
  private var free = [[Double]](
    repeating: [Double](repeating: 0, count: servers), count: shards)
  private var ended: [Ended] = []
  private var time = 0.0
  /// A tenant that sends more than it did, by a factor, from a time on, in seconds.
  var flood: (tenant: Int, factor: Double, from: Double)?
  /// What each tenant has truly used in the last window, in seconds of server time.
  private(set) var truth: [Int: Double] = [:]

  init(seed: UInt64, exponent: Double) {
    var random = SplitMix64(seed: seed)
    let zipf = Zipf(count: Self.tenants, exponent: exponent)
    var shares = [Double](repeating: 0, count: Self.shards)
    shardOf = (0..<Self.tenants).map { tenant in
      let shard = Int(random.next() % UInt64(Self.shards))
      shares[shard] += zipf.part(of: tenant)
      return shard
    }
    service = Self.usage * Double(Self.servers) / (Self.rate * (shares.max() ?? 1))
    self.zipf = zipf
    self.random = random
  }

  static func name(_ tenant: Int) -> [UInt8] { Array("tenant-\(tenant)".utf8) }

  static func placement(of name: [UInt8], _ shardOf: [Int], _ rules: HotTenantRules)
    -> HotTenantPlacement?
  {
    Int(String(decoding: name.dropFirst(7), as: UTF8.self)).map {
      HotTenantPlacement(shard: ShardIndex(UInt32(shardOf[$0])), rules: rules)
    }
  }

  /// What a shard's servers would do of what they can, if a tenant of it sent more by a factor.
  func usage(ofShardOf tenant: Int, whenItSends factor: Double) -> Double {
    let usual = (0..<Self.tenants).reduce(0.0) {
      shardOf[$1] == shardOf[tenant] ? $0 + zipf.part(of: $1) : $0
    }
    let parts = usual + zipf.part(of: tenant) * (factor - 1)
    return parts * Self.rate * service / Double(Self.servers)
  }

  /// The largest tenant of a shard.
  func largest(of shard: Int) -> Int { shardOf.firstIndex(of: shard) ?? 0 }

  /// Lets a window pass, and notes what ends in it.
  mutating func window(_ meters: inout Meters) -> MonotonicTime {
    let end = time + Double(TenantWindow.nanoseconds) / 1e9
    var arrival = time + random.exponential(mean: 1 / Self.rate)
    while arrival < end {
      serve(zipf.draw(&random), arrival)
      arrival += random.exponential(mean: 1 / Self.rate)
    }
    sendFlood(until: end)
    time = end
    let now = MonotonicTime(nanoseconds: UInt64((end * 1e9).rounded()))
    truth = [:]
    for one in ended where one.at <= end {
      truth[one.tenant, default: 0] += one.served
      meters.note(
        one.tenant, shardOf[one.tenant], served: one.served, latency: one.latency,
        now: MonotonicTime(nanoseconds: now.nanoseconds - 1), random: &random)
    }
    ended.removeAll { $0.at <= end }
    return now
  }

  private mutating func sendFlood(until end: Double) {
    guard let flood, flood.from < end else { return }
    let more = Self.rate * zipf.part(of: flood.tenant) * (flood.factor - 1)
    var arrival = max(time, flood.from) + random.exponential(mean: 1 / more)
    while arrival < end {
      serve(flood.tenant, arrival)
      arrival += random.exponential(mean: 1 / more)
    }
  }

  private mutating func serve(_ tenant: Int, _ arrival: Double) {
    let shard = shardOf[tenant]
    var first = 0
    for server in 1..<Self.servers where free[shard][server] < free[shard][first] { first = server }
    let begin = max(arrival, free[shard][first])
    let served = random.exponential(mean: service)
    free[shard][first] = begin + served
    ended.append(
      Ended(tenant: tenant, at: begin + served, served: served, latency: begin + served - arrival))
  }
}

/// What the workers of a simulated load measure with.
struct Meters: ~Copyable {
  private var first = TenantMeter(shardCount: SimulatedLoad.shards)
  private var second = TenantMeter(shardCount: SimulatedLoad.shards)

  init(_ shardOf: [Int], seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for tenant in shardOf.indices {
      let name = SimulatedLoad.name(tenant)
      let digest = random.next()
      let shard = ShardIndex(UInt32(shardOf[tenant]))
      first.join(tenant, name: name, digest: digest)
      second.join(tenant, name: name, digest: digest)
      first.setShard(tenant, shard)
      second.setShard(tenant, shard)
    }
  }

  mutating func note(
    _ tenant: Int, _ shard: Int, served: Double, latency: Double, now: MonotonicTime,
    random: inout SplitMix64
  ) {
    if random.next() & 1 == 0 {
      Self.note(&first, tenant, served, latency, now)
    } else {
      Self.note(&second, tenant, served, latency, now)
    }
  }

  private static func note(
    _ meter: inout TenantMeter, _ tenant: Int, _ served: Double, _ latency: Double,
    _ now: MonotonicTime
  ) {
    if !meter.isMeasuring(at: now) { meter.begin(at: now) }
    if !meter.isPresent(tenant) { meter.enter(tenant) }
    meter.note(
      tenant, bytes: 500, serverNanoseconds: UInt64(served * 1e9),
      latencyNanoseconds: UInt64(latency * 1e9))
  }

  mutating func takeWindows() -> [TenantWindow] {
    [first.takeWindow(), second.takeWindow()].compactMap { $0 }
  }
}
