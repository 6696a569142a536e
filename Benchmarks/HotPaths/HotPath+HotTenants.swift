import HotTenants
import Routing
import ShardMap

extension HotPath {
  /// What it takes to measure tenants: at the end of each transaction, and four times a second.
  static let hotTenants = [
    // The tenant's share of what goes into the sketches is in it.
    notes("note", tenants: 256),
    notes("note-of-10k", tenants: 10_000),
    HotPath("hot-tenants/window-of-10k", { MeteredTenants(count: 10_000) }) { tenants, count in
      var listed = 0
      for _ in 0..<count { listed += tenants.window(of: 500) }
      return listed
    },
  ]

  private static func notes(_ name: String, tenants count: Int) -> HotPath {
    HotPath("hot-tenants/\(name)", { MeteredTenants(count: count) }) { tenants, count in
      tenants.note(count)
      return count
    }
  }
}

/// Tenants at work whose transactions are measured: low numbers more often than high ones.
private struct MeteredTenants: ~Copyable {
  private static let shards = 64

  private var meter = TenantMeter(shardCount: shards)
  private let count: UInt64
  private var state: UInt64 = 1
  private var now = MonotonicTime(nanoseconds: 1_000_000_000)

  init(count: Int) {
    self.count = UInt64(count)
    for tenant in 0..<count {
      let digest = UInt64(tenant + 1) &* 0x9E37_79B9_7F4A_7C15
      meter.join(tenant, name: Array("tenant-\(tenant)".utf8), digest: digest)
      meter.setShard(tenant, ShardIndex(UInt32(tenant % Self.shards)))
    }
  }

  mutating func note(_ transactions: Int) {
    if !meter.isMeasuring(at: now) { meter.begin(at: now) }
    for _ in 0..<transactions {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // The product of two numbers below 1 is small more often than not.
      let part = ((state >> 40) &* (state >> 16 & 0xFF_FFFF)) >> 24
      let tenant = Int((part &* count) >> 24)
      if !meter.isPresent(tenant) { meter.enter(tenant) }
      meter.note(
        tenant, bytes: 300, serverNanoseconds: 400_000 + state >> 45, latencyNanoseconds: 900_000)
    }
  }

  /// A whole window, with so many transactions in it; how many tenants are listed.
  mutating func window(of transactions: Int) -> Int {
    note(transactions)
    now = now.advanced(byNanoseconds: TenantWindow.nanoseconds)
    return meter.takeWindow()?.tenants.count ?? 0
  }
}
